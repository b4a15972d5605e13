//! Calling a library that may panic on what a file holds.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// A panic of this thread is caught and reported, so the hook says nothing of it.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `call`; a panic in it prints nothing and becomes its message. What the call leaves half done must not be used again.
pub fn contained<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    static QUIET_HOOK: Once = Once::new();
    QUIET_HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |info| {
            if !QUIET.get() {
                usual(info);
            }
        }));
    });
    let before = QUIET.replace(true);
    let outcome = catch_unwind(AssertUnwindSafe(call));
    QUIET.set(before);
    outcome.map_err(|payload| message(&*payload))
}

/// What a panic says: `panic!` gives a string of one of two types.
fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no reason given".to_owned())
}

#[cfg(test)]
mod tests {
    use super::contained;

    #[test]
    fn a_panic_is_its_message() {
        assert_eq!(contained(|| 1), Ok(1));
        assert_eq!(contained(|| -> i32 { panic!("fixed") }), Err("fixed".to_owned()));
        assert_eq!(contained(|| -> i32 { panic!("number {}", 2) }), Err("number 2".to_owned()));
    }
}
