//! Panics, which are defects of the shell: caught, described, and never the end of the session.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::{Error, Kind, Result};

thread_local! {
    /// Where the last panic of this thread was.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on a panic of this process prints nothing; [`catch_panics`] tells of it.
pub fn keep_panics_quiet() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|location| format!("{}:{}", location.file(), location.line()));
        // A thread that is ending has no place to remember it.
        let _ = PLACE.try_with(|cell| cell.replace(place));
    }));
}

/// Does something that may panic. What it worked on must be usable afterwards.
pub fn catch_panics<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("a panic without a message");
        let mut error = Error::new(Kind::Internal, "this is a defect of witsh, not of what you typed");
        error = error.cause(text);
        if let Some(place) = PLACE.with(|cell| cell.take()) {
            error = error.cause(format!("at {place}"));
        }
        Err(error.note("the session goes on; please report it with the line that led to it"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error() {
        let check = |work: fn() -> Result<u8>, expected: &str| {
            let error = catch_panics(work).unwrap_err();
            assert_eq!(error.kind, Kind::Internal);
            assert_eq!(error.causes[0], expected);
        };
        check(|| panic!("plain"), "plain");
        check(|| panic!("formatted {}", 1), "formatted 1");
        check(|| std::panic::panic_any(1), "a panic without a message");
        assert_eq!(catch_panics(|| Ok(1)).unwrap(), 1);
    }
}
