//! What the function bodies of a core module call: direct calls, indirect ones, and references to functions.
//!
//! A call through a table whose index is a constant right before it is kept apart: its callee is known once the table's
//! contents are. A body that cannot be read may call anything, and so does one with instructions that no rule here covers.

use std::collections::HashMap;

use wasmparser::{FunctionBody, Operator};

use super::signature::Signature;

/// One thing that a function does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Callee {
    /// Calls this function of its module.
    Function(u32),
    /// Makes a reference to this function of its module; who has it may call it.
    Reference(u32),
    /// Calls through what stands at this place of [`Calls::uses`].
    Through(u32),
}

/// A callee, and where in the file it is first called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// What is called.
    pub callee: Callee,
    /// The instruction's place in the file, in bytes.
    pub at: u32,
}

/// A way of calling that does not name the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Use {
    /// Any function of this type in this table of the module.
    Table(u32, Signature),
    /// The function at this place of this table of the module.
    Slot(u32, Signature, u64),
    /// Any function of this type to which there is a reference.
    Reference(Signature),
    /// Any function to which there is a reference.
    AnyReference,
    /// Anything that the module has or sees.
    Anything,
}

/// What code does with a table, other than calling through it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// References are taken out of it.
    pub read: bool,
    /// References are put into it.
    pub written: bool,
}

/// What all bodies of a module call.
#[derive(Debug, Default)]
pub struct Calls {
    calls: Vec<Call>,
    /// Where those of each body end.
    ends: Vec<u32>,
    /// The ways of calling that do not name the function, each once.
    pub uses: Vec<Use>,
    /// How many bodies could not be read.
    pub unreadable: usize,
}

impl Calls {
    /// What the body of this number calls, each thing once.
    pub fn of(&self, body: u32) -> &[Call] {
        let body = body as usize;
        let start = body.checked_sub(1).map_or(0, |before| self.ends.get(before).copied().unwrap_or_default());
        let end = self.ends.get(body).copied().unwrap_or(start);
        self.calls.get(start as usize..end as usize).unwrap_or_default()
    }
}

/// Reads the bodies of one module, in order.
pub struct Bodies {
    types: Vec<Signature>,
    uses: HashMap<Use, u32>,
    calls: Calls,
    tables: Vec<Access>,
    references: Vec<u32>,
}

/// What all bodies of a module say.
pub struct Said {
    /// What they call.
    pub calls: Calls,
    /// What they do with each table.
    pub tables: Vec<Access>,
    /// The functions to which they make references.
    pub references: Vec<u32>,
}

impl Bodies {
    /// For a module with these types and so many tables.
    pub fn new(types: Vec<Signature>, tables: usize) -> Bodies {
        let tables = vec![Access::default(); tables];
        Bodies { types, uses: HashMap::new(), calls: Calls::default(), tables, references: Vec::new() }
    }

    /// Reads the next body.
    pub fn add(&mut self, body: &FunctionBody<'_>) {
        let start = self.calls.calls.len();
        if self.read(body).is_err() {
            self.calls.unreadable += 1;
            self.through(Use::Anything, body.range().start);
        }
        // The same callees again and again are most of what a big body says; the first call of each is kept.
        let mut own = self.calls.calls.split_off(start);
        own.sort_unstable_by_key(|call| (call.callee, call.at));
        own.dedup_by_key(|call| call.callee);
        self.calls.calls.append(&mut own);
        self.calls.ends.push(self.calls.calls.len() as u32);
    }

    /// All that was read.
    pub fn finish(mut self) -> Said {
        self.references.sort_unstable();
        self.references.dedup();
        Said { calls: self.calls, tables: self.tables, references: self.references }
    }

    fn read(&mut self, body: &FunctionBody<'_>) -> wasmparser::Result<()> {
        let mut reader = body.get_operators_reader()?;
        let mut constant = None;
        while !reader.eof() {
            let at = reader.original_position();
            let operator = reader.read()?;
            let index = constant.take();
            match operator {
                Operator::I32Const { value } => constant = Some(u64::from(value.cast_unsigned())),
                Operator::I64Const { value } => constant = Some(value.cast_unsigned()),
                Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                    self.call(Callee::Function(function_index), at);
                }
                Operator::CallIndirect { type_index, table_index }
                | Operator::ReturnCallIndirect { type_index, table_index } => {
                    let ty = self.signature(type_index);
                    let by = index.map_or(Use::Table(table_index, ty), |slot| Use::Slot(table_index, ty, slot));
                    self.through(by, at);
                }
                other => self.reference(&other, at),
            }
        }
        Ok(())
    }

    /// Everything that has to do with references to functions.
    fn reference(&mut self, operator: &Operator<'_>, at: usize) {
        match *operator {
            Operator::RefFunc { function_index } => {
                self.references.push(function_index);
                self.call(Callee::Reference(function_index), at);
            }
            Operator::CallRef { type_index } | Operator::ReturnCallRef { type_index } => {
                let ty = self.signature(type_index);
                self.through(Use::Reference(ty), at);
            }
            // Stack switching runs functions whose references were made into continuations.
            Operator::ContNew { .. }
            | Operator::ContBind { .. }
            | Operator::Resume { .. }
            | Operator::ResumeThrow { .. }
            | Operator::ResumeThrowRef { .. }
            | Operator::Switch { .. } => self.through(Use::AnyReference, at),
            Operator::TableGet { table } => self.access(table).read = true,
            Operator::TableAtomicGet { table_index, .. } => self.access(table_index).read = true,
            Operator::TableSet { table }
            | Operator::TableGrow { table }
            | Operator::TableFill { table }
            | Operator::TableInit { table, .. } => self.access(table).written = true,
            Operator::TableAtomicSet { table_index, .. } => self.access(table_index).written = true,
            Operator::TableAtomicRmwXchg { table_index, .. } | Operator::TableAtomicRmwCmpxchg { table_index, .. } => {
                *self.access(table_index) = Access { read: true, written: true };
            }
            Operator::TableCopy { dst_table, src_table } => {
                self.access(dst_table).written = true;
                self.access(src_table).read = true;
            }
            _ => {}
        }
    }

    fn access(&mut self, table: u32) -> &mut Access {
        let table = table as usize;
        // Bodies are not validated: one may name a table that is not there, and cannot run then.
        let table = table.min(self.tables.len());
        if table == self.tables.len() {
            self.tables.push(Access::default());
        }
        &mut self.tables[table]
    }

    fn signature(&self, index: u32) -> Signature {
        self.types.get(index as usize).copied().unwrap_or(Signature::NONE)
    }

    fn call(&mut self, callee: Callee, at: usize) {
        self.calls.calls.push(Call { callee, at: u32::try_from(at).unwrap_or(u32::MAX) });
    }

    fn through(&mut self, by: Use, at: usize) {
        let next = self.calls.uses.len() as u32;
        let place = *self.uses.entry(by).or_insert(next);
        if place == next {
            self.calls.uses.push(by);
        }
        self.call(Callee::Through(place), at);
    }
}
