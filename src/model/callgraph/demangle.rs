//! Names of functions as their language writes them: the only file that names the demanglers.

use std::fmt::{self, Write};

use cpp_demangle::{DemangleOptions, ParseOptions, Symbol};

/// A longer name is shown as it is.
const LONGEST_MANGLED: usize = 4_000;
/// A longer result is cut: a short C++ name can stand for megabytes.
const LONGEST: usize = 1_000;
/// How deep a C++ name may nest.
const DEEPEST: u32 = 64;

/// A function's name in the source, or as it is where no rule of a language fits it. Rust's hashes are left out.
pub fn demangled(name: &str) -> String {
    if name.len() > LONGEST_MANGLED {
        return name.to_owned();
    }
    if let Ok(rust) = rustc_demangle::try_demangle(name) {
        return cut(|out| write!(out, "{rust:#}"));
    }
    if name.starts_with("_Z") {
        let options = ParseOptions::default().recursion_limit(DEEPEST);
        if let Ok(symbol) = Symbol::new_with_options(name, &options) {
            let options = DemangleOptions::new().no_return_type().recursion_limit(DEEPEST);
            let text = cut(|out| symbol.structured_demangle(&mut Pieces(out), &options));
            if !text.is_empty() {
                return text;
            }
        }
    }
    name.to_owned()
}

/// What is written until it is long enough.
struct Cut(String);

impl Write for Cut {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = LONGEST.saturating_sub(self.0.len());
        let end = (0..=room.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        self.0.push_str(&text[..end]);
        if end < text.len() { Err(fmt::Error) } else { Ok(()) }
    }
}

struct Pieces<'a>(&'a mut Cut);

impl cpp_demangle::DemangleWrite for Pieces<'_> {
    fn write_string(&mut self, text: &str) -> fmt::Result {
        self.0.write_str(text)
    }
}

fn cut(write: impl FnOnce(&mut Cut) -> fmt::Result) -> String {
    let mut out = Cut(String::new());
    // An error is the cut, or a name that ends in the middle: what is there is the answer.
    let _ = write(&mut out);
    out.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: &str) {
        assert_eq!(demangled(name), expected);
    }

    #[test]
    fn names_are_shown_as_their_language_writes_them() {
        check("_ZN4core9panicking5panic17h0123456789abcdefE", "core::panicking::panic");
        check("_RNvCs1234_7mycrate3foo", "mycrate::foo");
        check("_ZN3foo3barEi", "foo::bar(int)");
        check("__wasm_call_ctors", "__wasm_call_ctors");
        check("wasi:cli/run@0.2.0#run", "wasi:cli/run@0.2.0#run");
        check("main.run", "main.run");
    }

    #[test]
    fn hostile_names_stay_short() {
        // Each substitution doubles what the one before it stands for.
        let doubling = format!("_Z1f{}", (0..30).map(|n| format!("1AIS{}_S{}_E", n, n)).collect::<String>());
        for name in [doubling.as_str(), "_Z", "_ZN", "_R", "_RIC0", &"_ZN1a".repeat(700), &"x".repeat(100_000)] {
            let shown = demangled(name);
            assert!(shown.len() <= LONGEST.max(name.len()), "{} bytes", shown.len());
        }
    }
}
