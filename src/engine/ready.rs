//! Streams and futures whose content is known when the call begins: a list for a `stream<T>`, a value for a `future<T>`.
//!
//! The runtime makes such ends for types of this program alone, so the payload is one of a closed set: [`Payload`].

use wasmtime::Store;
use wasmtime::component::types::Type;
use wasmtime::component::{ComponentType, FutureReader, Lift, Lower, StreamReader, Val};

use super::host::StoreState;
use crate::error::{Error, Kind, Result};
use crate::value::Value;

/// The payloads there are, for people.
const POSSIBLE: &str = "bool, integers, floats, char and string";

/// What a ready stream or future may carry.
trait Payload: ComponentType + Lift + Lower + Send + Sync + Unpin + 'static {
    /// The value as this type, if it is one.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! payloads {
    ($($ty:ty: $variant:ident),*) => {
        $(impl Payload for $ty {
            fn from_value(value: &Value) -> Option<$ty> {
                if let Value::$variant(inner) = value { Some(inner.clone()) } else { None }
            }
        })*
    };
}

payloads!(bool: Bool, i8: S8, u8: U8, i16: S16, u16: U16, i32: S32, u32: U32, i64: S64, u64: U64, f32: F32, f64: F64);
payloads!(char: Char, String: String);

/// Makes a `Val` of some payload type: the same for streams and for futures.
trait Make {
    fn make<T: Payload>(self, store: &mut Store<StoreState>) -> Result<Val>;
}

struct Items<'a>(&'a Value);

impl Make for Items<'_> {
    fn make<T: Payload>(self, store: &mut Store<StoreState>) -> Result<Val> {
        let items: Option<Vec<T>> = match self.0 {
            Value::List(items) => items.iter().map(T::from_value).collect(),
            Value::Bytes(bytes) => bytes.iter().map(|byte| T::from_value(&Value::U8(*byte))).collect(),
            _ => None,
        };
        let reader = StreamReader::new(&mut *store, items.ok_or_else(unfit)?).map_err(refused)?;
        reader.try_into_stream_any(store).map(Val::Stream).map_err(refused)
    }
}

struct Resolved<'a>(&'a Value);

impl Make for Resolved<'_> {
    fn make<T: Payload>(self, store: &mut Store<StoreState>) -> Result<Val> {
        let value = T::from_value(self.0).ok_or_else(unfit)?;
        let reader = FutureReader::new(&mut *store, async { Ok::<T, wasmtime::Error>(value) }).map_err(refused)?;
        reader.try_into_future_any(store).map(Val::Future).map_err(refused)
    }
}

/// A stream of these items, which then ends.
pub fn stream(items: &Value, payload: Option<&Type>, store: &mut Store<StoreState>) -> Result<Val> {
    by_payload(Items(items), payload, store)
}

/// A future that has this value already.
pub fn future(value: &Value, payload: Option<&Type>, store: &mut Store<StoreState>) -> Result<Val> {
    by_payload(Resolved(value), payload, store)
}

fn by_payload(make: impl Make, payload: Option<&Type>, store: &mut Store<StoreState>) -> Result<Val> {
    match payload {
        Some(Type::Bool) => make.make::<bool>(store),
        Some(Type::S8) => make.make::<i8>(store),
        Some(Type::U8) => make.make::<u8>(store),
        Some(Type::S16) => make.make::<i16>(store),
        Some(Type::U16) => make.make::<u16>(store),
        Some(Type::S32) => make.make::<i32>(store),
        Some(Type::U32) => make.make::<u32>(store),
        Some(Type::S64) => make.make::<i64>(store),
        Some(Type::U64) => make.make::<u64>(store),
        Some(Type::Float32) => make.make::<f32>(store),
        Some(Type::Float64) => make.make::<f64>(store),
        Some(Type::Char) => make.make::<char>(store),
        Some(Type::String) => make.make::<String>(store),
        _ => Err(Error::new(Kind::Type, "a stream or future of this payload cannot be made of a literal")
            .help(format!("those of {POSSIBLE} can; one that a call returned can be passed whatever it carries"))),
    }
}

fn unfit() -> Error {
    Error::new(Kind::Internal, "the value does not have the type that was checked")
}

fn refused(error: wasmtime::Error) -> Error {
    Error::new(Kind::Limit, "no more streams and futures can be passed to it").cause(format!("{error:#}"))
}
