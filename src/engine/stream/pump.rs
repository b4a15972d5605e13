//! The pump: a component made for one payload type, through which the shell moves items of a stream or future.
//!
//! The runtime's own ends for hosts carry types of this program alone. A guest can have an end of any type, so where the payload
//! is not `u8` the shell makes itself a guest, which passes items on as lists:
//!
//! ```wit
//! open: func(end: stream<T>);                             // takes a readable end
//! next: async func(most: u32) -> tuple<list<T>, u32>;     // items, and the code with which the read ended
//! close: func();                                          // drops that end, in the middle of a read too
//! make: func() -> stream<T>;                              // a new stream; the writable end stays
//! push: async func(items: list<T>) -> u32;                // how many were taken, and the code of the last write
//! finish: func();                                         // drops the writable end
//! ```
//!
//! For a future the same with one item. Without a payload a list is a number and its length. `pump_module.rs` has the code.

use wasm_encoder::{
    CanonicalOption, ComponentBuilder, ComponentExportKind, ComponentValType, ExportKind, PrimitiveValType,
};

use super::layout::layout;
use super::pump_module;
use crate::error::{Error, Kind, Result};
use crate::model::Type;
use crate::model::types::Labels;

/// How many types a payload may consist of: one that repeats its parts can have millions.
const MOST_TYPES: u32 = 2_000;

/// Bytes that the items of one read take at most.
const READ_BYTES: u64 = 1 << 20;

/// Items of this type that one read may ask for.
pub fn most_items(payload: Option<&Type>) -> u32 {
    let size = payload.map_or(1, |payload| layout(payload).size.max(1));
    u32::try_from((READ_BYTES / size).clamp(1, 4096)).unwrap_or(1)
}

/// The component for streams (or futures) of this payload.
pub fn component(is_future: bool, payload: Option<&Type>) -> Result<Vec<u8>> {
    let mut types = Types { builder: ComponentBuilder::default(), count: 0, named: 0 };
    let item = payload.map(|payload| types.value(payload)).transpose()?;
    // Only now is the type known to be small enough to be walked.
    let size = payload.map_or(0, |payload| layout(payload).size);
    if size > READ_BYTES {
        return Err(impossible("an item of more than 1 MiB"));
    }
    let Types { mut builder, .. } = types;
    let transmit = {
        let (index, ty) = builder.type_defined(None);
        if is_future {
            ty.future(item)
        } else {
            ty.stream(item)
        }
        index
    };
    Assembly::new(builder, is_future, transmit, item).finish(u32::try_from(size).unwrap_or(0))
}

/// The error for what no pump can carry.
pub fn impossible(what: &str) -> Error {
    Error::new(Kind::Type, format!("the items of this stream or future cannot be moved by the shell: {what} is among them"))
        .note("numbers, bool, char, string, and lists, options, results, tuples, records, variants, enums, flags and maps of those can")
        .help("pass the stream or future on to an export as it is")
}

/// Defines types, the named ones under a name: a component may not export functions of unnamed ones.
struct Types {
    builder: ComponentBuilder,
    /// How many types so far, and how many of them have a name.
    count: u32,
    named: u32,
}

impl Types {
    fn value(&mut self, ty: &Type) -> Result<ComponentValType> {
        use PrimitiveValType as P;
        let primitive = |ty| Ok(ComponentValType::Primitive(ty));
        match ty {
            Type::Bool => primitive(P::Bool),
            Type::S8 => primitive(P::S8),
            Type::U8 => primitive(P::U8),
            Type::S16 => primitive(P::S16),
            Type::U16 => primitive(P::U16),
            Type::S32 => primitive(P::S32),
            Type::U32 => primitive(P::U32),
            Type::S64 => primitive(P::S64),
            Type::U64 => primitive(P::U64),
            Type::F32 => primitive(P::F32),
            Type::F64 => primitive(P::F64),
            Type::Char => primitive(P::Char),
            Type::String => primitive(P::String),
            Type::Own(_) | Type::Borrow(_) => Err(impossible("a resource")),
            Type::Stream(_) | Type::Future(_) => Err(impossible("another stream or future")),
            Type::ErrorContext | Type::Writable(_) | Type::Task(_) => Err(impossible("an error-context")),
            _ => self.compound(ty),
        }
    }

    fn compound(&mut self, ty: &Type) -> Result<ComponentValType> {
        self.count += 1;
        if self.count > MOST_TYPES {
            return Err(impossible("a type of more than 2000 parts"));
        }
        let index = match ty {
            Type::List(item) => {
                let item = self.value(item)?;
                let (index, ty) = self.builder.type_defined(None);
                ty.list(item);
                index
            }
            Type::FixedList(item, length) => {
                let item = self.value(item)?;
                let (index, ty) = self.builder.type_defined(None);
                ty.fixed_length_list(item, *length);
                index
            }
            Type::Map(key, value) => {
                let (key, value) = (self.value(key)?, self.value(value)?);
                let (index, ty) = self.builder.type_defined(None);
                ty.map(key, value);
                index
            }
            Type::Tuple(types) => {
                let types = types.iter().map(|ty| self.value(ty)).collect::<Result<Vec<_>>>()?;
                let (index, ty) = self.builder.type_defined(None);
                ty.tuple(types);
                index
            }
            Type::Option(item) => {
                let item = self.value(item)?;
                let (index, ty) = self.builder.type_defined(None);
                ty.option(item);
                index
            }
            Type::Result(result) => {
                let ok = result.ok.as_ref().map(|ty| self.value(ty)).transpose()?;
                let err = result.err.as_ref().map(|ty| self.value(ty)).transpose()?;
                let (index, ty) = self.builder.type_defined(None);
                ty.result(ok, err);
                index
            }
            _ => return self.named(ty),
        };
        Ok(ComponentValType::Type(index))
    }

    fn named(&mut self, ty: &Type) -> Result<ComponentValType> {
        let names = |labels: &Labels| labels.labels.iter().map(|label| label.to_string()).collect::<Vec<_>>();
        let index = match ty {
            Type::Record(record) => {
                let fields = record.fields.iter().map(|field| Ok((&*field.name, self.value(&field.ty)?)));
                let fields = fields.collect::<Result<Vec<_>>>()?;
                let (index, ty) = self.builder.type_defined(None);
                ty.record(fields);
                index
            }
            Type::Variant(variant) => {
                let cases = variant
                    .cases
                    .iter()
                    .map(|case| Ok((&*case.name, case.ty.as_ref().map(|ty| self.value(ty)).transpose()?)));
                let cases = cases.collect::<Result<Vec<_>>>()?;
                let (index, ty) = self.builder.type_defined(None);
                ty.variant(cases);
                index
            }
            Type::Enum(labels) => {
                let names = names(labels);
                let (index, ty) = self.builder.type_defined(None);
                ty.enum_type(names.iter().map(String::as_str));
                index
            }
            Type::Flags(labels) => {
                let names = names(labels);
                let (index, ty) = self.builder.type_defined(None);
                ty.flags(names.iter().map(String::as_str));
                index
            }
            _ => return Err(Error::new(Kind::Internal, "a type that no pump knows")),
        };
        self.named += 1;
        let name = format!("t{}", self.named);
        Ok(ComponentValType::Type(self.builder.export(name.as_str(), ComponentExportKind::Type, index, None)))
    }
}

/// Puts the parts together: two core modules (memory; code), the built-in functions between them, and the exports.
struct Assembly {
    builder: ComponentBuilder,
    is_future: bool,
    transmit: u32,
    list: ListType,
}

/// What stands for a list of items.
enum ListType {
    /// The list.
    Of(u32),
    /// Of items that hold nothing: any number, and how many there are.
    Length,
}

impl Assembly {
    fn new(mut builder: ComponentBuilder, is_future: bool, transmit: u32, item: Option<ComponentValType>) -> Assembly {
        let list = match item {
            Some(item) => {
                let (index, ty) = builder.type_defined(None);
                ty.list(item);
                ListType::Of(index)
            }
            None => ListType::Length,
        };
        Assembly { builder, is_future, transmit, list }
    }

    fn finish(mut self, size: u32) -> Result<Vec<u8>> {
        let memory_module = self.builder.core_module(None, &pump_module::memory());
        let memory_instance = self.builder.core_instantiate(None, memory_module, []);
        let memory = self.builder.core_alias_export(None, memory_instance, "memory", ExportKind::Memory);
        let realloc = self.builder.core_alias_export(None, memory_instance, "realloc", ExportKind::Func);
        let reset = self.builder.core_alias_export(None, memory_instance, "reset", ExportKind::Func);
        let mut imports = vec![
            ("memory", ExportKind::Memory, memory),
            ("realloc", ExportKind::Func, realloc),
            ("reset", ExportKind::Func, reset),
        ];
        imports.extend(self.builtins(memory, realloc).map(|(name, index)| (name, ExportKind::Func, index)));
        let imports = self.builder.core_instantiate_exports(None, imports);
        let module = self.builder.core_module(None, &pump_module::code(self.is_future, size));
        let instance = self.builder.core_instantiate(None, module, [("", wasm_encoder::ModuleArg::Instance(imports))]);
        self.exports(instance, memory, realloc);
        Ok(self.builder.finish())
    }

    /// The canonical ABI's functions for the stream or future.
    fn builtins(&mut self, memory: u32, realloc: u32) -> [(&'static str, u32); 11] {
        use CanonicalOption::{Async, Memory, Realloc, UTF8};
        let (builder, ty) = (&mut self.builder, self.transmit);
        let read = [Async, UTF8, Memory(memory), Realloc(realloc)];
        let write = [UTF8, Memory(memory)];
        let transmit = if self.is_future {
            [
                ("new", builder.future_new(ty)),
                ("read", builder.future_read(ty, read)),
                ("write", builder.future_write(ty, write)),
                ("cancel-read", builder.future_cancel_read(ty, false)),
                ("drop-readable", builder.future_drop_readable(ty)),
                ("drop-writable", builder.future_drop_writable(ty)),
            ]
        } else {
            [
                ("new", builder.stream_new(ty)),
                ("read", builder.stream_read(ty, read)),
                ("write", builder.stream_write(ty, write)),
                ("cancel-read", builder.stream_cancel_read(ty, false)),
                ("drop-readable", builder.stream_drop_readable(ty)),
                ("drop-writable", builder.stream_drop_writable(ty)),
            ]
        };
        let result = self.next_result();
        let builder = &mut self.builder;
        let others = [
            ("set-new", builder.waitable_set_new()),
            ("set-wait", builder.waitable_set_wait(false, memory)),
            ("set-drop", builder.waitable_set_drop()),
            ("join", builder.waitable_join()),
            ("return-next", builder.task_return(Some(result), [UTF8, Memory(memory)])),
        ];
        let mut all = transmit.into_iter().chain(others);
        std::array::from_fn(|_| all.next().unwrap_or_default())
    }

    fn next_result(&mut self) -> ComponentValType {
        let number = ComponentValType::Primitive(PrimitiveValType::U32);
        let (index, ty) = self.builder.type_defined(None);
        match self.list {
            ListType::Of(list) => ty.tuple([ComponentValType::Type(list), number]),
            ListType::Length => ty.tuple([number, number, number]),
        }
        ComponentValType::Type(index)
    }

    fn exports(&mut self, instance: u32, memory: u32, realloc: u32) {
        use CanonicalOption::{Async, Memory, Realloc, UTF8};
        let number = ComponentValType::Primitive(PrimitiveValType::U32);
        let end = ComponentValType::Type(self.transmit);
        let next = self.next_result();
        let items = match self.list {
            ListType::Of(list) => vec![("items", ComponentValType::Type(list))],
            ListType::Length => vec![("nothing", number), ("length", number)],
        };
        let lists = [UTF8, Memory(memory), Realloc(realloc)];
        let waiting = [Async, UTF8, Memory(memory), Realloc(realloc)];
        self.export(instance, "open", (false, &[("end", end)], None), &[]);
        self.export(instance, "next", (true, &[("most", number)], Some(next)), &waiting);
        self.export(instance, "close", (true, &[], None), &[]);
        self.export(instance, "make", (false, &[], Some(end)), &[]);
        self.export(instance, "push", (true, &items, Some(number)), &lists);
        self.export(instance, "finish", (false, &[], None), &[]);
    }

    /// Lifts and exports one function: whether it is async, its parameters, its result.
    fn export(&mut self, instance: u32, name: &str, signature: Signature<'_>, options: &[CanonicalOption]) {
        let (is_async, params, result) = signature;
        let core = self.builder.core_alias_export(None, instance, name, ExportKind::Func);
        let (ty, mut function) = self.builder.type_function(None);
        function.async_(is_async).params(params.iter().copied()).result(result);
        let lifted = self.builder.lift_func(None, core, ty, options.iter().copied());
        self.builder.export(name, ComponentExportKind::Func, lifted, None);
    }
}

/// Whether a function is async, its parameters, its result.
type Signature<'a> = (bool, &'a [(&'a str, ComponentValType)], Option<ComponentValType>);
