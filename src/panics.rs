//! Panics, of the shell itself or of a library on what a file holds: caught, described, and never the end of the session.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use crate::error::{Error, Kind, Result};

thread_local! {
    /// A panic of this thread is caught and told of, so the hook prints nothing.
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
    /// Where the last such panic was.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A panic that was caught.
#[derive(Debug, PartialEq)]
pub struct Panic {
    /// What it says.
    pub message: String,
    /// The file and line of the source.
    pub place: Option<String>,
}

/// Does something that may panic; that prints nothing. What it worked on must be usable afterwards, or not be used again.
pub fn contained<T>(work: impl FnOnce() -> T) -> std::result::Result<T, Panic> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |info| {
            if !CONTAINED.get() {
                return usual(info);
            }
            PLACE.set(info.location().map(|location| format!("{}:{}", location.file(), location.line())));
        }));
    });
    let before = CONTAINED.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    CONTAINED.set(before);
    outcome.map_err(|payload| Panic { message: message(&*payload), place: PLACE.take() })
}

/// The same, a panic being an error that says that the shell has a defect.
pub fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    contained(work).unwrap_or_else(|panic| {
        let error = Error::new(Kind::Internal, "this is a defect of witsh, not of what you typed").cause(panic.message);
        let error = panic.place.into_iter().fold(error, |error, place| error.cause(format!("at {place}")));
        Err(error.note("the session goes on; please report it with the line that led to it"))
    })
}

/// What a panic says: `panic!` gives a string of one of two types.
fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without a message".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error() {
        let check = |work: fn() -> Result<u8>, expected: &str| {
            let error = caught(work).unwrap_err();
            assert_eq!(error.kind, Kind::Internal);
            assert_eq!(error.causes[0], expected);
            assert!(error.causes[1].starts_with("at src/panics.rs:"), "{:?}", error.causes);
        };
        check(|| panic!("plain"), "plain");
        check(|| panic!("formatted {}", 1), "formatted 1");
        check(|| std::panic::panic_any(1), "a panic without a message");
        assert_eq!(caught(|| Ok(1)).unwrap(), 1);
    }

    #[test]
    fn containment_holds_inside_another() {
        let inner = contained(|| contained(|| -> u8 { panic!("inner") }).map_err(|panic| panic.message));
        assert_eq!(inner, Ok(Err("inner".to_owned())));
        assert_eq!(contained(|| 1), Ok(1));
    }
}
