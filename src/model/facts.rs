//! What `.info` says of a file: size, hash, who made it from what, which WASI, which features, what it holds.
//!
//! Computed when asked for, from the bytes.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::features::extras;
use super::producers::{Producer, survey};
use super::scan::{Shape, scan};
use super::validate::used_features;
use super::{Component, Extern};

/// What is known of a file, as data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Bytes of the binary.
    pub size: u64,
    /// SHA-256 of the binary, in lower-case hex.
    pub sha256: String,
    /// What its `producers` sections say, of all nested modules and components together.
    pub producers: Vec<Producer>,
    /// The languages that it was written in, best guess first; empty where nothing tells.
    pub languages: Vec<String>,
    /// The WASI versions that it imports or exports, such as `0.2.12`, and `preview1` for a core module.
    pub wasi: Vec<String>,
    /// What the adapter in it adapts, such as `wasi_snapshot_preview1`.
    pub adapter: Option<String>,
    /// Features that it needs beyond wasmtime's defaults, as `wasmtime -W` spells them; function bodies included.
    pub features: Vec<&'static str>,
    /// All features that it uses beyond the WebAssembly of 2017, by name; function bodies included.
    pub uses: Vec<&'static str>,
    /// How many modules, components and custom sections it holds.
    pub shape: Shape,
    /// It carries DWARF: backtraces can show source lines.
    pub has_dwarf: bool,
    /// It carries function names: backtraces can show them.
    pub has_names: bool,
}

impl Component {
    /// The binary that the file holds, whatever was made of it.
    pub(super) fn file_bytes(&self) -> &[u8] {
        self.core.as_ref().map_or(&self.bytes, |core| &core.bytes)
    }

    /// The SHA-256 of the binary that the file holds, in lower-case hex.
    pub fn sha256(&self) -> String {
        hex(&Sha256::digest(self.file_bytes()))
    }

    /// Reads the facts from the bytes: about 60 ms for 18 MB.
    pub fn facts(&self) -> Facts {
        let bytes = self.file_bytes();
        let survey = survey(bytes);
        let uses = used_features(bytes);
        let is_extra = |used: &&'static str| extras().any(|(name, _)| name == *used);
        Facts {
            size: bytes.len() as u64,
            sha256: self.sha256(),
            producers: survey.producers(),
            languages: survey.languages(),
            wasi: wasi_versions(self),
            adapter: survey.adapter(),
            features: uses.iter().copied().filter(is_extra).collect(),
            uses,
            shape: scan(bytes).unwrap_or_default(),
            has_dwarf: survey.has_dwarf,
            has_names: survey.has_names,
        }
    }
}

/// The versions of `wasi:…` interfaces, and `preview1` where a core module imports that.
fn wasi_versions(component: &Component) -> Vec<String> {
    let (imports, exports) = match &component.core {
        Some(core) => (&core.imports, &core.exports),
        None => (&component.imports, &component.exports),
    };
    let found: BTreeSet<&str> = imports.iter().chain(exports).filter_map(wasi_version).collect();
    found.into_iter().map(str::to_owned).collect()
}

fn wasi_version(item: &Extern) -> Option<&str> {
    match &*item.name {
        "wasi_snapshot_preview1" => Some("preview1"),
        "wasi_unstable" => Some("preview0"),
        name if name.starts_with("wasi:") => {
            // A core module exports a function of an interface as `INTERFACE@VERSION#FUNCTION`.
            name.split_once('@').map(|(_, version)| version.split_once('#').map_or(version, |(version, _)| version))
        }
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::model::FeatureSet;

    fn facts(text: &str) -> Facts {
        let component = Component::from_bytes(text.as_bytes(), Path::new("x.wat"), 1, FeatureSet::all());
        component.expect("valid text").facts()
    }

    /// What the sections of a component with a program and an adapter in it say.
    const MADE: &str = r#"(component
        (import "wasi:io/error@0.2.3" (instance))
        (core module $main
            (@producers (language "C11" "") (processed-by "rustc" "1.80.0"))
            (func $f) (@custom ".debug_info" "x"))
        (core module $wit-component:adapter:wasi_snapshot_preview1 (@producers (language "Zig" "")))
        (component (core module (@producers (processed-by "rustc" "1.80.0") (processed-by "rustc" "1.81.0")))))"#;

    #[test]
    fn facts_are_gathered_from_everything_nested() {
        let facts = facts(MADE);
        let rustc = Producer {
            field: "processed-by".to_owned(),
            name: "rustc".to_owned(),
            versions: vec!["1.80.0".to_owned(), "1.81.0".to_owned()],
        };
        assert!(facts.producers.contains(&rustc), "{:?}", facts.producers);
        assert_eq!(facts.producers.len(), 3);
        assert_eq!(facts.languages, ["Rust", "C"]);
        assert_eq!(facts.adapter.as_deref(), Some("wasi_snapshot_preview1"));
        assert_eq!(facts.wasi, ["0.2.3"]);
        assert_eq!((facts.shape.modules, facts.shape.components, facts.shape.depth), (3, 1, 2));
        assert!(facts.has_dwarf && facts.has_names);
    }

    #[test]
    fn the_empty_component_has_little_to_say() {
        let expected = Facts {
            size: 8,
            sha256: "24eaf3439a60c96764c4f2c92a0a81b52bd4fe5d5b91f090184a0f6486b1bf29".to_owned(),
            ..Facts::default()
        };
        assert_eq!(facts("(component)"), expected);
    }

    #[test]
    fn features_of_function_bodies_count() {
        let wide = "(component (core module (func (param i64) (result i64 i64) \
                    local.get 0 local.get 0 i64.mul_wide_s)))";
        assert_eq!(facts(wide).features, ["wide-arithmetic"]);
        assert_eq!(facts(wide).uses, ["multi-value", "wide-arithmetic"]);
        for (body, uses) in [
            ("(func)", &[][..]),
            ("(func (result i32) i32.const 0 i32.extend8_s)", &["sign-extension"]),
            ("(func v128.const i64x2 0 0 drop)", &["simd"]),
            ("(memory 1) (func i32.const 0 i32.const 0 i32.const 0 memory.fill)", &["bulk-memory"]),
            ("(table 1 externref)", &["reference-types"]),
            ("(func $f return_call $f)", &["tail-call"]),
        ] {
            assert_eq!(facts(&format!("(component (core module {body}))")).uses, uses, "{body}");
        }
        let asynchronous = r#"(component (import "f" (func async)))"#;
        assert_eq!(facts(asynchronous).uses, ["component-model-async"]);
        let preview1 = r#"(module (import "wasi_snapshot_preview1" "fd_read" (func)))"#;
        assert_eq!(facts(preview1).wasi, ["preview1"]);
        let adapter =
            r#"(module (import "wasi:io/poll@0.2.6" "poll" (func)) (func (export "wasi:cli/run@0.2.12#run")))"#;
        assert_eq!(facts(adapter).wasi, ["0.2.12", "0.2.6"]);
    }
}
