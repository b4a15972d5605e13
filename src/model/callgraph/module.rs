//! One core module as the analysis needs it: what it imports and exports, its tables and what is put into them, its code.

use std::collections::HashMap;
use std::ops::Range;

use wasmparser::{ConstExpr, Element, ElementItems, ElementKind, ExternalKind, Operator, Payload, TableInit, TypeRef};

use super::body::{Access, Bodies, Calls};
use super::signature::{Signature, Signatures};

/// A core module.
#[derive(Debug, Default)]
pub struct CoreModule<'a> {
    /// What it imports, in order: the module's name, the item's name, its sort.
    pub imports: Vec<(&'a str, &'a str, Sort)>,
    /// What it exports.
    pub exports: HashMap<&'a str, (Sort, u32)>,
    /// The types of its functions, those of imported ones first.
    pub function_types: Vec<Signature>,
    /// How many of its functions are imported.
    pub imported_functions: u32,
    /// How many of its tables are imported.
    pub imported_tables: u32,
    /// For each table of its own what every place of it holds at first.
    pub tables: Vec<Contents>,
    /// What is put into tables when it is instantiated.
    pub segments: Vec<Segment>,
    /// Functions to which there are references outside of tables: passive segments, globals.
    pub references: Vec<u32>,
    /// What its code does with each table, the imported ones first.
    pub access: Vec<Access>,
    /// Runs when it is instantiated.
    pub start: Option<u32>,
    /// What its functions call.
    pub code: Code,
    types: Vec<Signature>,
}

/// What is left of a module once everything is connected.
#[derive(Debug, Default)]
pub struct Code {
    /// Its bytes in the file.
    pub range: Range<usize>,
    /// Where the content of its code section begins in the file: what debug information counts from.
    pub start: usize,
    /// How many of its functions are imported.
    pub imported_functions: u32,
    /// How many functions it defines.
    pub defined_functions: u32,
    /// What each of them calls.
    pub calls: Calls,
}

/// What an import or export of a core module is, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A function.
    Function,
    /// A table.
    Table,
    /// A memory, global or tag.
    Other,
}

impl From<ExternalKind> for Sort {
    fn from(kind: ExternalKind) -> Sort {
        match kind {
            ExternalKind::Func | ExternalKind::FuncExact => Sort::Function,
            ExternalKind::Table => Sort::Table,
            ExternalKind::Memory | ExternalKind::Global | ExternalKind::Tag => Sort::Other,
        }
    }
}

/// References that stand somewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contents {
    /// Functions of the module.
    pub functions: Vec<u32>,
    /// Something else too: a reference that is computed or comes from a global.
    pub others: bool,
}

/// An active element segment.
#[derive(Debug)]
pub struct Segment {
    /// The table of the module that it fills.
    pub table: u32,
    /// Where it begins; unknown where a global says so.
    pub offset: Option<u64>,
    /// What it puts there, place by place.
    pub items: Vec<Contents>,
}

impl<'a> CoreModule<'a> {
    /// Takes in the next part of the binary; `bodies` are read by the caller, who knows when they begin.
    pub fn read(&mut self, payload: Payload<'a>, signatures: &mut Signatures) -> wasmparser::Result<()> {
        match payload {
            Payload::TypeSection(section) => {
                for group in section {
                    self.types.extend(signatures.of_group(group?));
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    self.import(import.module, import.name, import.ty);
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    let ty = self.signature(ty?);
                    self.function_types.push(ty);
                }
            }
            Payload::TableSection(section) => {
                for table in section {
                    self.tables.push(match table?.init {
                        TableInit::RefNull => Contents::default(),
                        TableInit::Expr(init) => constant(&init)?.1,
                    });
                }
            }
            Payload::GlobalSection(section) => {
                for global in section {
                    let contents = constant(&global?.init_expr)?.1;
                    self.references.extend(contents.functions);
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    self.exports.insert(export.name, (export.kind.into(), export.index));
                }
            }
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::CodeSectionStart { range, .. } => self.code.start = range.start,
            Payload::ElementSection(section) => {
                for element in section {
                    self.element(element?)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn import(&mut self, module: &'a str, name: &'a str, ty: TypeRef) {
        let sort = match ty {
            TypeRef::Func(ty) | TypeRef::FuncExact(ty) => {
                let ty = self.signature(ty);
                self.function_types.push(ty);
                self.imported_functions += 1;
                Sort::Function
            }
            TypeRef::Table(_) => {
                self.imported_tables += 1;
                Sort::Table
            }
            TypeRef::Memory(_) | TypeRef::Global(_) | TypeRef::Tag(_) => Sort::Other,
        };
        self.imports.push((module, name, sort));
    }

    fn element(&mut self, element: Element<'a>) -> wasmparser::Result<()> {
        let mut items = Vec::new();
        match element.items {
            ElementItems::Functions(functions) => {
                for function in functions {
                    items.push(Contents { functions: vec![function?], others: false });
                }
            }
            ElementItems::Expressions(_, expressions) => {
                for expression in expressions {
                    items.push(constant(&expression?)?.1);
                }
            }
        }
        match element.kind {
            ElementKind::Active { table_index, offset_expr } => {
                let offset = constant(&offset_expr)?.0;
                self.segments.push(Segment { table: table_index.unwrap_or(0), offset, items });
            }
            ElementKind::Passive | ElementKind::Declared => {
                self.references.extend(items.into_iter().flat_map(|item| item.functions));
            }
        }
        Ok(())
    }

    /// A reader for the bodies, once all that stands before them has been read.
    pub fn bodies(&self) -> Bodies {
        Bodies::new(self.types.clone(), self.imported_tables as usize + self.tables.len())
    }

    /// Takes in what the bodies say.
    pub fn finish(&mut self, range: Range<usize>, bodies: Option<Bodies>) {
        let said = bodies.unwrap_or_else(|| self.bodies()).finish();
        let defined = self.function_types.len() as u32 - self.imported_functions;
        self.access = said.tables;
        self.references.extend(said.references);
        let imported_functions = self.imported_functions;
        let start = self.code.start;
        self.code = Code { range, start, imported_functions, defined_functions: defined, calls: said.calls };
    }

    fn signature(&self, ty: u32) -> Signature {
        self.types.get(ty as usize).copied().unwrap_or(Signature::NONE)
    }
}

/// The number that a constant expression is, where it is simply one; and the references in it.
fn constant(expression: &ConstExpr<'_>) -> wasmparser::Result<(Option<u64>, Contents)> {
    let mut number = None;
    let mut operators = 0;
    let mut contents = Contents::default();
    for operator in expression.get_operators_reader() {
        operators += 1;
        match operator? {
            Operator::I32Const { value } => number = Some(u64::from(value.cast_unsigned())),
            Operator::I64Const { value } => number = Some(value.cast_unsigned()),
            Operator::RefFunc { function_index } => contents.functions.push(function_index),
            Operator::RefNull { .. } | Operator::End => {}
            _ => contents.others = true,
        }
    }
    // The number itself and the end.
    Ok((number.filter(|_| operators == 2), contents))
}
