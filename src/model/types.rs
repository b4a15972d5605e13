//! WIT types as a component's bytes define them, with their names.
//!
//! A [`Type`] is a tree whose shared parts are shared (`Arc`), because 200 bytes of component can describe a type with a
//! million leaves. Two types are equal when they have the same structure, whatever they are called: that is the component
//! model's rule for value types. Resources are equal by identity.

use std::fmt;
use std::sync::Arc;

use super::comparison::Comparison;
use super::wit_name::escaped;

/// A value type.
#[derive(Clone, Debug)]
pub enum Type {
    /// `bool`
    Bool,
    /// `s8`
    S8,
    /// `u8`
    U8,
    /// `s16`
    S16,
    /// `u16`
    U16,
    /// `s32`
    S32,
    /// `u32`
    U32,
    /// `s64`
    S64,
    /// `u64`
    U64,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `char`
    Char,
    /// `string`
    String,
    /// `error-context`
    ErrorContext,
    /// `list<T>`
    List(Arc<Type>),
    /// `list<T, N>`
    FixedList(Arc<Type>, u32),
    /// `map<K, V>`
    Map(Arc<Type>, Arc<Type>),
    /// `tuple<A, B, …>`
    Tuple(Arc<[Type]>),
    /// `option<T>`
    Option(Arc<Type>),
    /// `result<T, E>`, `result<T>`, `result<_, E>`, `result`
    Result(Arc<ResultType>),
    /// `record { … }`
    Record(Arc<Record>),
    /// `variant { … }`
    Variant(Arc<Variant>),
    /// `enum { … }`
    Enum(Arc<Labels>),
    /// `flags { … }`
    Flags(Arc<Labels>),
    /// `own<R>`, which WIT writes `R`
    Own(Resource),
    /// `borrow<R>`
    Borrow(Resource),
    /// `stream<T>` or `stream`
    Stream(Option<Arc<Type>>),
    /// `future<T>` or `future`
    Future(Option<Arc<Type>>),
    /// The writable end of a stream or future, whose type it holds. Not of WIT: only the shell has such values.
    Writable(Arc<Type>),
    /// A call that was started, with the type of its result. Not of WIT either.
    Task(Option<Arc<Type>>),
}

/// The name under which a type is exported or imported.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TypeName {
    /// The interface that has it (`ns:pkg/iface@1.2.3`), or `None` at the root of the component.
    pub interface: Option<Arc<str>>,
    /// The name itself.
    pub name: Arc<str>,
}

impl TypeName {
    /// The name that means it in the whole component: `ns:pkg/iface@1.2.3#point`.
    pub fn full_name(&self) -> String {
        match &self.interface {
            Some(interface) => format!("{interface}#{}", self.name),
            None => self.name.to_string(),
        }
    }
}

/// Both sides of a `result`.
#[derive(Debug)]
pub struct ResultType {
    /// The payload of `ok`.
    pub ok: Option<Type>,
    /// The payload of `err`.
    pub err: Option<Type>,
}

/// A record: its fields in order.
#[derive(Debug)]
pub struct Record {
    /// What it is called, if it is.
    pub name: Option<TypeName>,
    /// The fields.
    pub fields: Vec<Field>,
}

/// One field of a record.
#[derive(Debug)]
pub struct Field {
    /// Its label.
    pub name: Arc<str>,
    /// Its type.
    pub ty: Type,
}

/// A variant: its cases in order.
#[derive(Debug)]
pub struct Variant {
    /// What it is called, if it is.
    pub name: Option<TypeName>,
    /// The cases.
    pub cases: Vec<Case>,
}

/// One case of a variant.
#[derive(Debug)]
pub struct Case {
    /// Its label.
    pub name: Arc<str>,
    /// Its payload.
    pub ty: Option<Type>,
}

/// The labels of an enum or of flags, in order.
#[derive(Debug)]
pub struct Labels {
    /// What the type is called, if it is.
    pub name: Option<TypeName>,
    /// The labels.
    pub labels: Vec<Arc<str>>,
}

/// A resource type.
#[derive(Clone, Debug)]
pub struct Resource {
    /// What it is called.
    pub name: TypeName,
    /// What makes it the same as, or another than, some other resource type.
    pub id: ResourceId,
}

/// The identity of a resource type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ResourceId {
    /// Imported: whoever provides that interface defines it. The name holds the interface and the resource.
    Imported(TypeName),
    /// Defined by a component: its number in the session, and a number of the type in it.
    Defined(u32, u32),
}

impl Type {
    /// The name of a named type, or of a handle's resource.
    pub fn name(&self) -> Option<&TypeName> {
        match self {
            Type::Record(record) => record.name.as_ref(),
            Type::Variant(variant) => variant.name.as_ref(),
            Type::Enum(labels) | Type::Flags(labels) => labels.name.as_ref(),
            Type::Own(resource) | Type::Borrow(resource) => Some(&resource.name),
            _ => None,
        }
    }

    /// Whether values of it are handles: what the shell keeps in its handle table.
    pub fn is_handle(&self) -> bool {
        use Type::*;
        matches!(self, Own(_) | Borrow(_) | Stream(_) | Future(_) | ErrorContext | Writable(_) | Task(_))
    }

    /// `list<u8>`, whose values are kept as bytes.
    pub fn is_bytes(&self) -> bool {
        matches!(self, Type::List(item) if matches!(**item, Type::U8))
    }
}

impl PartialEq for Resource {
    fn eq(&self, other: &Resource) -> bool {
        self.id == other.id
    }
}

impl PartialEq for Type {
    fn eq(&self, other: &Type) -> bool {
        Comparison::new(|a, b| a == b).same(self, other)
    }
}

impl Type {
    /// A type without parts.
    pub(super) fn is_plain(&self) -> bool {
        use Type::*;
        matches!(self, Bool | S8 | U8 | S16 | U16 | S32 | U32 | S64 | U64 | F32 | F64 | Char | String | ErrorContext)
    }
}

/// How many types one printed type may name: a bomb is cut with `…`.
const DISPLAY_BUDGET: usize = 200;
/// How many bytes of a type's name are printed where it is used: names may have 100,000.
const LONGEST_NAME: usize = 200;

/// As WIT writes it where the type is used: named types by their name, the rest spelled out.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut budget = DISPLAY_BUDGET;
        write_type(f, self, &mut budget)
    }
}

/// Prints a type that may name so many others, and takes what it named from the budget.
pub(super) fn write_type(f: &mut fmt::Formatter<'_>, ty: &Type, budget: &mut usize) -> fmt::Result {
    if *budget == 0 {
        return f.write_str("…");
    }
    *budget -= 1;
    let plain = match ty {
        Type::Bool => "bool",
        Type::S8 => "s8",
        Type::U8 => "u8",
        Type::S16 => "s16",
        Type::U16 => "u16",
        Type::S32 => "s32",
        Type::U32 => "u32",
        Type::S64 => "s64",
        Type::U64 => "u64",
        Type::F32 => "f32",
        Type::F64 => "f64",
        Type::Char => "char",
        Type::String => "string",
        Type::ErrorContext => "error-context",
        Type::List(item) => return write_args(f, "list", [&**item], budget),
        Type::FixedList(item, length) => {
            f.write_str("list<")?;
            write_type(f, item, budget)?;
            return write!(f, ", {length}>");
        }
        Type::Map(key, value) => return write_args(f, "map", [&**key, &**value], budget),
        Type::Tuple(items) => return write_args(f, "tuple", items.iter(), budget),
        Type::Option(item) => return write_args(f, "option", [&**item], budget),
        Type::Result(result) => match (&result.ok, &result.err) {
            (None, None) => "result",
            (Some(ok), None) => return write_args(f, "result", [ok], budget),
            (Some(ok), Some(err)) => return write_args(f, "result", [ok, err], budget),
            (None, Some(err)) => {
                f.write_str("result<_, ")?;
                write_type(f, err, budget)?;
                return f.write_str(">");
            }
        },
        Type::Record(record) => return write_name(f, record.name.as_ref(), "record { … }"),
        Type::Variant(variant) => return write_name(f, variant.name.as_ref(), "variant { … }"),
        Type::Enum(labels) => return write_name(f, labels.name.as_ref(), "enum { … }"),
        Type::Flags(labels) => return write_name(f, labels.name.as_ref(), "flags { … }"),
        Type::Own(resource) => return write_short(f, &resource.name.name),
        Type::Borrow(resource) => {
            f.write_str("borrow<")?;
            write_short(f, &resource.name.name)?;
            return f.write_str(">");
        }
        Type::Stream(None) => "stream",
        Type::Stream(Some(item)) => return write_args(f, "stream", [&**item], budget),
        Type::Future(None) => "future",
        Type::Future(Some(item)) => return write_args(f, "future", [&**item], budget),
        Type::Task(None) => "task",
        Type::Task(Some(result)) => return write_args(f, "task", [&**result], budget),
        Type::Writable(end) => {
            f.write_str("writable ")?;
            return write_type(f, end, budget);
        }
    };
    f.write_str(plain)
}

fn write_name(f: &mut fmt::Formatter<'_>, name: Option<&TypeName>, otherwise: &str) -> fmt::Result {
    match name {
        Some(name) => write_short(f, &name.name),
        None => f.write_str(otherwise),
    }
}

fn write_short(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    if name.len() <= LONGEST_NAME {
        return f.write_str(&escaped(name));
    }
    write!(f, "{}…", &name[..name.floor_char_boundary(LONGEST_NAME)])
}

fn write_args<'a>(
    f: &mut fmt::Formatter<'_>,
    head: &str,
    args: impl IntoIterator<Item = &'a Type>,
    budget: &mut usize,
) -> fmt::Result {
    f.write_str(head)?;
    for (i, arg) in args.into_iter().enumerate() {
        f.write_str(if i == 0 { "<" } else { ", " })?;
        write_type(f, arg, budget)?;
        if *budget == 0 {
            f.write_str("…")?;
            break;
        }
    }
    f.write_str(">")
}
