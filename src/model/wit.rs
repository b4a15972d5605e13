//! The WIT that a binary carries, as `wasm-tools component wit` prints it.
//!
//! Here and in `componentize.rs` wit-parser and wit-component are called. They panic on some valid components and refuse or drop what WIT has
//! no word for: so they are called where a panic is contained, and `listing.rs` prints from our own types what they cannot.

use wit_component::{Output, OutputToString, WitPrinter};
use wit_parser::decoding::decode;
use wit_parser::{PackageId, Resolve};

use super::{Component, FileKind, listing};
use crate::error::{Error, Kind, Result};
use crate::panics::contained;

/// How much text is printed, in bytes: a few hundred bytes of types can stand for gigabytes.
const LONGEST: usize = 16 << 20;

/// The WIT of a component or WIT package, main package first; of a core module, what is embedded in it for building a
/// component. Where WIT cannot express the component, its imports and exports as near to WIT as can be, and the reason.
pub fn wit_text(component: &Component) -> Result<String> {
    let printed = match component.kind {
        FileKind::CoreModule => contained(|| embedded(&component.bytes)),
        FileKind::Component | FileKind::WitPackage => contained(|| decoded(&component.bytes)),
    };
    let reason = match printed {
        Ok(Ok(text)) => return Ok(text + &listing::left_out(component)),
        Ok(Err(reason)) => reason,
        Err(panic) => format!("the WIT decoder gave up ({})", panic.message),
    };
    match component.kind {
        FileKind::CoreModule => {
            Err(Error::new(Kind::Load, format!("{} is a core module without WIT", file(component)))
                .cause(reason)
                .help("`.imports` and `.exports` list what it takes and gives")
                .help("`wasm-tools component embed` adds WIT, `wasm-tools component new` makes a component of it"))
        }
        FileKind::Component | FileKind::WitPackage => Ok(listing::whole(component, &reason)),
    }
}

fn file(component: &Component) -> String {
    component.path.file_name().unwrap_or(component.path.as_os_str()).to_string_lossy().into_owned()
}

fn decoded(bytes: &[u8]) -> std::result::Result<String, String> {
    let decoded = decode(bytes).map_err(|error| format!("{error:#}"))?;
    print(decoded.resolve(), decoded.package())
}

/// What `wit-component` left in a core module's custom sections.
fn embedded(bytes: &[u8]) -> std::result::Result<String, String> {
    let (stripped, bindgen) = wit_component::metadata::decode(bytes).map_err(|error| format!("{error:#}"))?;
    if stripped.is_none() {
        return Err("it has no `component-type` section".to_owned());
    }
    let package = bindgen.resolve.worlds[bindgen.world].package.ok_or("its world belongs to no package")?;
    print(&bindgen.resolve, package)
}

fn print(resolve: &Resolve, main: PackageId) -> std::result::Result<String, String> {
    let others: Vec<PackageId> = resolve.packages.iter().map(|(id, _)| id).filter(|id| *id != main).collect();
    let mut printer = WitPrinter::new(Bounded::default());
    printer.print(resolve, main, &others).map_err(|error| format!("{error:#}"))?;
    if printer.output.length > LONGEST {
        return Err(format!("its WIT is longer than {} MiB", LONGEST >> 20));
    }
    Ok(printer.output.text.to_string())
}

/// The printer's own output, up to a length.
#[derive(Default)]
struct Bounded {
    text: OutputToString,
    length: usize,
}

impl Output for Bounded {
    fn push_str(&mut self, text: &str) {
        // The trait has no way to stop the printer; how long it goes on is bounded by the validator.
        self.length += text.len();
        if self.length <= LONGEST {
            self.text.push_str(text);
        }
    }

    fn indent_if_needed(&mut self) -> bool {
        self.text.indent_if_needed()
    }

    fn indent_start(&mut self) {
        self.text.indent_start();
    }

    fn indent_end(&mut self) {
        self.text.indent_end();
    }

    fn newline(&mut self) {
        self.text.newline();
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::path::Path;

    use super::*;
    use crate::model::FeatureSet;

    fn load(text: &str) -> Component {
        Component::from_bytes(text.as_bytes(), Path::new("dir/test.wat"), 1, FeatureSet::all()).expect("valid text")
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(wit_text(&load(text)).map_err(|error| error.to_string()), Ok(expected.to_owned()), "{text}");
    }

    #[test]
    fn a_component_is_printed_main_package_first() {
        check(
            r#"(component
                (import "a:b/c@1.0.0" (instance (export "f" (func (param "x" u32) (result string)))))
                (import "log" (func (param "msg" string))))"#,
            "package root:component;\n\nworld root {\n  import a:b/c@1.0.0;\n  import log: func(msg: string);\n}\n\
             package a:b@1.0.0 {\n  interface c {\n    f: func(x: u32) -> string;\n  }\n}\n",
        );
    }

    #[test]
    fn a_wit_package_is_printed_as_it_was_written() {
        let source = "package a:b;\n\ninterface c {\n  /// Documented.\n  f: func();\n}\n\nworld w {\n  import c;\n}\n";
        let mut resolve = Resolve::default();
        let package = resolve.push_str("a.wit", source).expect("valid WIT");
        let bytes = wit_component::encode(&resolve, package).expect("it encodes");
        let component = Component::from_bytes(&bytes, Path::new("a.wasm"), 1, FeatureSet::all()).expect("it loads");
        assert_eq!(component.kind, FileKind::WitPackage);
        assert_eq!(wit_text(&component).expect("it prints"), source);
    }

    /// The decoder refuses or panics; the listing stands in.
    #[track_caller]
    fn check_listed(text: &str, expected: &str) {
        let printed = wit_text(&load(text)).expect("it prints");
        let (head, rest) = printed.split_once("world root {\n").expect("a listing");
        assert!(head.starts_with("// not expressible in WIT; "), "{head}");
        assert_eq!(rest, format!("{expected}}}\n"), "{text}");
    }

    #[test]
    fn what_makes_the_decoder_panic_is_listed() {
        check_listed(r#"(component (import "a:b/c" (func)))"#, "  import a:b/c: func();\n");
        check_listed(
            r#"(component (import "f" (func $f (param "x" u8))) (export "a:b/c" (func $f)))"#,
            "  import f: func(x: u8);\n  export a:b/c: func(x: u8);\n",
        );
        check_listed(
            r#"(component (import "i" (instance (export "d:e/f" (func (result bool))))))"#,
            "  import interface i {\n    d:e/f: func() -> bool;\n  }\n",
        );
    }

    #[test]
    fn what_wit_has_no_word_for_is_listed() {
        check_listed(
            r#"(component
                (type $p (record (field "x" s32) (field "y" (list u8)))) (export $q "point" (type $p))
                (type $v (variant (case "a") (case "b" $q))) (export "choice" (type $v))
                (import "r" (type $r (sub resource)))
                (import "[constructor]r" (func (param "n" u32) (result (own $r))))
                (import "[method]r.get" (func (param "self" (borrow $r)) (result $q2)))
                (import "list" (func)))"#
                .replace("(result $q2)", "(result u32)")
                .as_str(),
            "  import resource r {\n    constructor(n: u32);\n    get: func() -> u32;\n  }\n  import %list: func();\n\
             \x20 export record point {\n    x: s32,\n    y: list<u8>,\n  }\n\
             \x20 export variant choice {\n    a,\n    b(point),\n  }\n",
        );
    }

    #[test]
    fn what_the_decoder_drops_in_silence_is_added() {
        let printed =
            wit_text(&load(r#"(component (import "c" (component (export "y" (func)))) (import "m" (core module)))"#));
        assert_eq!(
            printed.expect("it prints"),
            "package root:component;\n\nworld root {\n}\n\
             // not expressible in WIT: import c: component (export y);\n\
             // not expressible in WIT: import m: core module;\n",
        );
    }

    #[test]
    fn a_core_module_shows_its_embedded_wit() {
        let error = wit_text(&load(r#"(module (import "env" "m" (memory 1)))"#)).expect_err("it prints");
        assert_eq!(error.message, "test.wat is a core module without WIT");
        // Without what its world exports no component can be made of it, so what is embedded is all that there is.
        let mut module = wat::parse_str("(module)").expect("valid text");
        let mut resolve = Resolve::default();
        let package =
            resolve.push_str("a.wit", "package a:b;\nworld w {\n  export f: func();\n}\n").expect("valid WIT");
        let world = resolve.select_world(&[package], None).expect("one world");
        let encoding = wit_component::StringEncoding::UTF8;
        wit_component::embed_component_metadata(&mut module, &resolve, world, encoding).expect("it embeds");
        let component = Component::from_bytes(&module, Path::new("m.wasm"), 1, FeatureSet::all()).expect("it loads");
        let printed = wit_text(&component).expect("it prints");
        assert!(printed.contains("export f: func();"), "{printed}");
    }

    #[test]
    fn text_without_end_is_cut() {
        let name = "a".repeat(50_000);
        let mut text = format!("(component (type $e (enum \"x\")) (import \"{name}\" (type $t (eq $e)))\n");
        for n in 0..1_000 {
            let _ = writeln!(text, "(import \"f{n}\" (func (param \"x\" (tuple $t $t $t $t))))");
        }
        text.push(')');
        let printed = wit_text(&load(&text)).expect("it prints");
        assert!(printed.contains("its WIT is longer than 16 MiB"), "{} bytes", printed.len());
        assert!(printed.len() < 2 << 20, "{} bytes", printed.len());
        assert!(printed.contains("import f999: func(x: tuple<aaaa"), "the last import is not listed");
    }
}
