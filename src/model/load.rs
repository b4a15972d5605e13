//! From a file to a [`Component`]: read, recognise, assemble, scan, validate, make a component of a core module, list.
//!
//! Each step has its own file; this one is their order. Nothing is compiled, and no function body is read.

use bytes::Bytes;
use std::path::Path;
use std::sync::OnceLock;

use super::componentize::{CoreModule, componentize};
use super::features::FeatureSet;
use super::recognise::{Content, recognise};
use super::validate::Validated;
use super::{Component, FileKind, core_items, externs, scan, validate};
use crate::error::{Error, Kind, Result};
use crate::files::{self, Unreadable};

/// The biggest file that is read, in MiB.
const BIGGEST: u64 = 512;
/// The longest line of text that an error quotes, in bytes.
const LONGEST_SNIPPET: usize = 200;

impl Component {
    /// Reads a `.wasm` or `.wat` file. `id` is its number in the session.
    ///
    /// Errors are of kind `load`, or `io` where the operating system refuses; they say what the file is instead.
    pub fn read(path: &Path, id: u32, features: FeatureSet) -> Result<Component> {
        load(Bytes::from(read_file(path)?), path, id, features).map_err(|error| error.about(path.display()))
    }

    /// The same from what a file held; `path` is for messages and for reading it again.
    pub fn from_bytes(bytes: &[u8], path: &Path, id: u32, features: FeatureSet) -> Result<Component> {
        load(Bytes::copy_from_slice(bytes), path, id, features).map_err(|error| error.about(path.display()))
    }
}

fn load(file: Bytes, path: &Path, id: u32, features: FeatureSet) -> Result<Component> {
    let (bytes, is_component, is_text) = match recognise(&file, path)? {
        Content::Component => (file, true, false),
        Content::CoreModule => (file, false, false),
        Content::Text(text) => {
            let assembled = assemble(text)?;
            let is_component = wasmparser::Parser::is_component(&assembled);
            (Bytes::from(assembled), is_component, true)
        }
    };
    scan::scan(&bytes)?;
    let validated = validate::types_of(&bytes, features)?;
    let mut component = Component {
        id,
        path: path.to_owned(),
        kind: FileKind::CoreModule,
        bytes,
        is_text,
        core: None,
        imports: Vec::new(),
        exports: Vec::new(),
        imported_functions: Vec::new(),
        exported_functions: Vec::new(),
        extra_features: validated.extra_features.clone(),
        calls: OnceLock::new(),
    };
    if is_component {
        externs::fill(&mut component, &validated)?;
    } else {
        load_core_module(&mut component, &validated, features);
    }
    Ok(component)
}

/// Makes a component of a core module; where that is not possible, it stays a core module, to be looked at.
fn load_core_module(component: &mut Component, validated: &Validated, features: FeatureSet) {
    let bytes = component.bytes.clone();
    let imports = core_items::imports(validated.types.as_ref());
    let exports = core_items::exports(validated.types.as_ref());
    let made = componentize(&bytes, validated.types.as_ref()).and_then(|(made_bytes, made)| {
        let fill = |component: &mut Component| {
            scan::scan(&made_bytes)?;
            externs::fill(component, &validate::types_of(&made_bytes, features)?)
        };
        fill(component).map_err(|error: Error| error.message.clone())?;
        component.bytes = Bytes::from(made_bytes);
        Ok(made)
    });
    if made.is_err() {
        component.kind = FileKind::CoreModule;
        (component.imports, component.exports) = (imports.clone(), exports.clone());
        (component.imported_functions, component.exported_functions) = Default::default();
    }
    component.core = Some(Box::new(CoreModule { bytes, imports, exports, made }));
}

/// The whole file, or what it is instead of one.
fn read_file(path: &Path) -> Result<Vec<u8>> {
    let shown = path.display();
    files::read(path, BIGGEST).map_err(|why| match why {
        Unreadable::Refused(_) | Unreadable::Tilde => Error::new(Kind::Io, format!("cannot read {shown}: {why}")),
        Unreadable::Directory => Error::new(Kind::Load, format!("{shown} is a directory"))
            .help("name the .wasm or .wat file in it that is to be loaded"),
        Unreadable::NotRegular => {
            Error::new(Kind::Load, format!("{shown} is no regular file but a pipe, socket or device"))
                .help("write its content to a file first, and load that")
        }
        Unreadable::TooLong(most) => Error::new(Kind::Load, format!("{shown} is bigger than {most} MiB"))
            .help("components of this size are not read; strip its debug information with `wasm-tools strip`"),
    })
}

/// Text to binary; an error says the line and column of the text.
fn assemble(text: &str) -> Result<Vec<u8>> {
    wat::parse_str(text).map_err(|error| {
        let shown = error.to_string();
        // The assembler shows `MESSAGE`, `--> <anon>:LINE:COLUMN` and the line of text with a caret, a line each; where the
        // line of text is long, only `MESSAGE at <anon>:LINE:COLUMN`.
        let (message, place) = shown.split_once("<anon>:").unwrap_or((&shown, ""));
        let message = message.trim_end_matches([' ', '-', '>', '\n']);
        let message = message.strip_suffix(" at").unwrap_or(message);
        let mut lines = place.lines();
        let error = match lines.next().and_then(|place| place.split_once(':')) {
            Some((line, column)) => {
                Error::new(Kind::Load, format!("not valid WebAssembly text: line {line}, column {column}: {message}"))
            }
            None => Error::new(Kind::Load, format!("not valid WebAssembly text: {message}")),
        };
        let snippet = lines.filter(|line| line.trim() != "|" && line.len() <= LONGEST_SNIPPET);
        snippet.fold(error, |error, line| error.note(line))
    })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::model::types::Type;

    fn from_text(text: &str) -> Result<Component> {
        Component::from_bytes(text.as_bytes(), Path::new("test.wat"), 7, FeatureSet::all())
    }

    fn from_binary(bytes: &[u8]) -> Result<Component> {
        Component::from_bytes(bytes, Path::new("test.wasm"), 7, FeatureSet::all())
    }

    /// The message of the error that a file's bytes give.
    #[track_caller]
    fn check_refused(bytes: &[u8], path: &str, expected: &str) {
        let error = Component::from_bytes(bytes, Path::new(path), 1, FeatureSet::all()).expect_err("it loads");
        assert_eq!(error.kind, Kind::Load, "{error}");
        assert!(error.message.contains(expected), "`{error}` does not say `{expected}`");
    }

    #[test]
    fn what_is_no_component_is_called_what_it_is() {
        let deep = "(component".repeat(5_000);
        let cases: &[(&[u8], &str)] = &[
            (b"", "is empty"),
            (b"\0", "truncated: it holds 1 of the 8 bytes"),
            (b"\0asm", "truncated: it holds 4 of the 8 bytes"),
            (b"\0asm\x0d\0\x01\0\x01", "truncated"),
            (
                // A custom section, and what begins no section that the file holds.
                b"\0asm\x0d\0\x01\0\0\x02\x01agarbage",
                "truncated, or something is appended to it: what stands at byte 0xe does not end within its 0x13 bytes",
            ),
            (b"\0asm\x0a\0\x01\0", "the old, pre-standard format 0xa"),
            (b"\0asm\x0e\0\x01\0", "unknown format 0xe"),
            (b"\0asm\x02\0\0\0", "core module of version 2"),
            (b"\0asm\x01\0\x05\0", "unknown layer 5"),
            (b"\x1f\x8b\x08rest", "compressed with gzip"),
            (b"PK\x03\x04rest", "a zip archive"),
            (b"\x7fELF\x02\x01\x01", "a native program or library (ELF)"),
            (b"\x7fELF\x02\x01 .wasmtime.engine", "precompiled component"),
            (b"hello, world\n", "is text, but not WebAssembly text"),
            (b"package a:b;\ninterface c {}\n", "is WIT source"),
            (b"\xff\xfe\x00\x01\x02", "does not begin with `\\0asm`"),
            (b"(component\n  (exprot))", "line 2, column 4"),
            (b"(component", "line 1, column 11"),
            (deep.as_bytes(), "line 1, column 1002: item nesting too deep"),
        ];
        for (bytes, expected) in cases {
            check_refused(bytes, "x.wasm", expected);
        }
        check_refused(b"\xff", "x.wat", "it is not UTF-8");
        check_refused(b"hello", "x.wat", "line 1, column 1");
    }

    #[test]
    fn paths_that_are_no_files_are_refused_unread() {
        let folder = tempfile::tempdir().expect("a folder");
        let read = |path: &Path| Component::read(path, 1, FeatureSet::all()).expect_err("it loads");
        let missing = read(&folder.path().join("missing.wasm"));
        assert_eq!(missing.kind, Kind::Io);
        assert!(missing.message.ends_with("there is no such file"), "{missing}");
        assert!(read(folder.path()).message.ends_with("is a directory"));
        #[cfg(unix)]
        {
            let socket = folder.path().join("socket");
            let _listener = std::os::unix::net::UnixListener::bind(&socket).expect("a socket");
            assert!(read(&socket).message.contains("a pipe, socket or device"));
            assert!(read(Path::new("/dev/zero")).message.contains("a pipe, socket or device"));
        }
    }

    #[test]
    fn a_file_is_read_with_its_number_and_path() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("empty.wat");
        std::fs::write(&path, "\u{feff};; nothing\n(component)").expect("written");
        let component = Component::read(&path, 3, FeatureSet::all()).expect("it loads");
        assert_eq!((component.id, &component.path, component.kind), (3, &path, FileKind::Component));
        assert_eq!(&component.bytes[..], b"\0asm\x0d\0\x01\0");
    }

    /// A small component with a bit of everything that a loader reads.
    fn seed() -> Vec<u8> {
        wat::parse_str(
            r#"(component
                (import "a:b/c@1.0.0" (instance
                    (export "r" (type (sub resource)))
                    (type (record (field "x" s32)))
                    (export "p" (type (eq 1)))))
                (core module $m (func (export "f") (param i32) (result i32) local.get 0))
                (core instance $i (instantiate $m))
                (func (export "f") (param "x" s32) (result s32) (canon lift (core func $i "f"))))"#,
        )
        .expect("valid text")
    }

    #[test]
    fn no_truncation_and_no_flipped_bit_makes_it_panic() {
        let seed = seed();
        assert!(from_binary(&seed).is_ok());
        // What is left is whole only where the cut falls between two of its sections.
        let loading = (0..seed.len()).filter(|length| from_binary(&seed[..*length]).is_ok()).count();
        assert_eq!(loading, 12);
        for bit in 0..seed.len() * 8 {
            let mut broken = seed.clone();
            broken[bit / 8] ^= 1 << (bit % 8);
            if let Ok(component) = from_binary(&broken) {
                let _ = crate::model::wit_text(&component);
                component.facts();
            }
        }
    }

    fn uleb(mut number: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        loop {
            let low = (number & 0x7f) as u8;
            number >>= 7;
            bytes.push(if number == 0 { low } else { low | 0x80 });
            if number == 0 {
                return bytes;
            }
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        let header = b"\0asm\x0d\0\x01\0";
        let mut bytes = header.to_vec();
        for depth in 1..=5_000 {
            bytes = [&header[..], &[4], &uleb(bytes.len()), &bytes].concat();
            if depth == 100 {
                assert!(from_binary(&bytes).is_ok());
            }
        }
        check_refused(&bytes, "deep.wasm", "more than 100 components inside each other");
    }

    #[test]
    fn deeply_nested_types_are_refused_without_overflowing_the_stack() {
        // A component type (0x41) of one declaration (a type, 0x01) that is a component type, and so on.
        let depth = 200_000;
        let mut section = vec![1];
        section.extend([0x41, 1, 1].repeat(depth));
        section.extend([0x41, 0]);
        let bytes = [&b"\0asm\x0d\0\x01\0\x07"[..], &uleb(section.len()), &section].concat();
        assert_eq!(from_binary(&bytes).expect_err("it loads").kind, Kind::Load);
    }

    #[test]
    fn custom_sections_are_bounded() {
        let bytes = [&b"\0asm\x0d\0\x01\0"[..], &[0, 2, 1, b'x'].repeat(100_001)].concat();
        check_refused(&bytes, "x.wasm", "more than 100000 custom sections");
    }

    #[test]
    fn a_type_with_a_million_leaves_stays_small() {
        let mut text = "(component (type $t0 (tuple u8 u8))\n".to_owned();
        for n in 1..16 {
            let _ = writeln!(text, "(type $t{n} (tuple $t{} $t{}))", n - 1, n - 1);
        }
        text.push_str("(import \"f\" (func (param \"x\" $t15))))");
        let component = from_text(&text).expect("it loads");
        let shown = component.imported_functions[0].signature().to_string();
        assert!(shown.starts_with("func(x: tuple<tuple<") && shown.len() < 5_000, "{} bytes", shown.len());
        let mut depth = 0;
        let mut ty = &component.imported_functions[0].params[0].ty;
        while let Type::Tuple(items) = ty {
            if let (Type::Tuple(a), Type::Tuple(b)) = (&items[0], &items[1]) {
                assert!(std::sync::Arc::ptr_eq(a, b), "the two halves are built twice");
            }
            (ty, depth) = (&items[0], depth + 1);
        }
        assert_eq!(depth, 16);
    }

    #[test]
    fn ten_thousand_imports_and_exports_load() {
        let mut text = "(component (type $f (func (param \"a\" u32)))\n".to_owned();
        for n in 0..10_000 {
            let _ = writeln!(text, "(import \"i{n}\" (func $i{n} (type $f))) (export \"e{n}\" (func $i{n}))");
        }
        text.push(')');
        let component = from_text(&text).expect("it loads");
        assert_eq!((component.imported_functions.len(), component.exported_functions.len()), (10_000, 10_000));
        assert_eq!(component.exported_functions[9_999].full_name(), "e9999");
    }

    #[test]
    fn instances_in_instances_are_counted() {
        let mut text = "(component (type $t0 (instance (export \"f\" (func))))\n".to_owned();
        for n in 1..18 {
            let inner = format!("(alias outer 1 $t{} (type $x))", n - 1);
            let export = |name: &str| format!("(export \"{name}\" (instance (type $x)))");
            let _ = writeln!(text, "(type $t{n} (instance {inner} {} {}))", export("a"), export("b"));
        }
        text.push_str("(import \"i\" (instance (type $t17))))");
        check_refused(text.as_bytes(), "x.wat", "more than 200000 imports and exports");
    }

    #[test]
    fn features_beyond_the_default_are_named() {
        let map = r#"(component (import "f" (func (param "m" (map string u32)))))"#;
        assert_eq!(from_text(map).expect("it loads").extra_features, ["component-model-map"]);
        assert_eq!(from_text("(component)").expect("it loads").extra_features, Vec::<&str>::new());
        let page = "(module (memory 0 (pagesize 1)))";
        assert_eq!(from_text(page).expect("it loads").extra_features, ["custom-page-sizes"]);
    }

    #[test]
    fn a_smaller_set_refuses_with_the_name_of_what_is_needed() {
        let load = |text: &str, features: &str| {
            let features = FeatureSet::parse(features).expect("known names");
            Component::from_bytes(text.as_bytes(), Path::new("x.wat"), 1, features)
                .map(|component| component.extra_features)
        };
        let map = r#"(component (import "f" (func (param "m" (map string u32)))))"#;
        let error = load(map, "default").expect_err("it loads");
        assert_eq!(error.message, "x.wat: the file needs component-model-map, which is left out here");
        assert_eq!(load(map, "component-model-map").expect("it loads"), ["component-model-map"]);
        // What only function bodies use counts too, where the set is limited.
        let simd = "(component (core module (func v128.const i64x2 0 0 drop)))";
        let error = load(simd, "default,-simd,-relaxed-simd").expect_err("it loads");
        assert_eq!(error.message, "x.wat: the file needs simd, which is left out here");
        assert_eq!(load(simd, "default").expect("it loads"), Vec::<&str>::new());
    }

    #[test]
    fn component_gc_is_refused_by_name() {
        let error = from_text(
            r#"(component (core module $m (func (export "f"))) (core instance $i (instantiate $m))
                (core type $t (func)) (func (export "f") (canon lift (core func $i "f") gc)))"#,
        );
        let error = error.expect_err("it loads");
        assert_eq!(error.notes, ["it needs the feature `component-model-gc`, which this runtime cannot run"]);
    }
}
