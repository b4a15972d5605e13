//! Which WebAssembly features a file may use, and which it does use beyond the runtime's defaults.
//!
//! Names are those of `wasmtime -W`. The runtime itself keeps everything on; this is what `--wasm-features` limits, checked
//! by wasmparser before the runtime sees the file.

use wasmparser::WasmFeatures;

use crate::error::{Error, Kind, Result};
use crate::wording::{did_you_mean, suggest};

/// A set of features that a file may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeatureSet(WasmFeatures);

/// What wasmtime has on without being asked.
const DEFAULT: WasmFeatures = WasmFeatures::WASM3
    .union(WasmFeatures::COMPONENT_MODEL)
    .union(WasmFeatures::CM_ASYNC)
    .union(WasmFeatures::GC_TYPES);

/// What wasmtime can run when asked, with the name that asks for it. Not here: what it knows but cannot run (component gc,
/// shared-everything threads, stack switching).
const EXTRA: &[(&str, WasmFeatures)] = &[
    ("component-model-async-stackful", WasmFeatures::CM_ASYNC_STACKFUL),
    ("component-model-error-context", WasmFeatures::CM_ERROR_CONTEXT),
    ("component-model-fixed-length-lists", WasmFeatures::CM_FIXED_LENGTH_LISTS),
    ("component-model-implements", WasmFeatures::CM_IMPLEMENTS),
    ("component-model-map", WasmFeatures::CM_MAP),
    ("component-model-memory64", WasmFeatures::CM64),
    ("component-model-more-async-builtins", WasmFeatures::CM_MORE_ASYNC_BUILTINS),
    ("component-model-threading", WasmFeatures::CM_THREADING),
    ("custom-page-sizes", WasmFeatures::CUSTOM_PAGE_SIZES),
    ("wide-arithmetic", WasmFeatures::WIDE_ARITHMETIC),
];

/// Parts of the default that a person may want to leave out.
const PARTS_OF_DEFAULT: &[(&str, WasmFeatures)] = &[
    ("bulk-memory", WasmFeatures::BULK_MEMORY),
    ("component-model", WasmFeatures::COMPONENT_MODEL),
    ("component-model-async", WasmFeatures::CM_ASYNC),
    ("exceptions", WasmFeatures::EXCEPTIONS),
    ("extended-const", WasmFeatures::EXTENDED_CONST),
    ("function-references", WasmFeatures::FUNCTION_REFERENCES),
    ("gc", WasmFeatures::GC),
    ("memory64", WasmFeatures::MEMORY64),
    ("multi-memory", WasmFeatures::MULTI_MEMORY),
    ("multi-value", WasmFeatures::MULTI_VALUE),
    ("reference-types", WasmFeatures::REFERENCE_TYPES),
    ("relaxed-simd", WasmFeatures::RELAXED_SIMD),
    ("simd", WasmFeatures::SIMD),
    ("tail-call", WasmFeatures::TAIL_CALL),
    ("threads", WasmFeatures::THREADS),
];

/// Parts of the default that nobody leaves out: every compiler's output of the last years uses them.
const SETTLED: &[(&str, WasmFeatures)] = &[
    ("mutable-global", WasmFeatures::MUTABLE_GLOBAL),
    ("saturating-float-to-int", WasmFeatures::SATURATING_FLOAT_TO_INT),
    ("sign-extension", WasmFeatures::SIGN_EXTENSION),
];

/// What wasmparser knows and wasmtime cannot run, for messages.
const UNRUNNABLE: &[(&str, WasmFeatures)] = &[
    ("component-model-gc", WasmFeatures::CM_GC),
    ("component-model-values", WasmFeatures::CM_VALUES),
    ("component-model-nested-names", WasmFeatures::CM_NESTED_NAMES),
    ("component-model-canonical-names", WasmFeatures::CM_CANON_NAMES),
    ("shared-everything-threads", WasmFeatures::SHARED_EVERYTHING_THREADS),
    ("stack-switching", WasmFeatures::STACK_SWITCHING),
    ("legacy-exceptions", WasmFeatures::LEGACY_EXCEPTIONS),
    ("memory-control", WasmFeatures::MEMORY_CONTROL),
    ("custom-descriptors", WasmFeatures::CUSTOM_DESCRIPTORS),
    ("compact-imports", WasmFeatures::COMPACT_IMPORTS),
];

impl FeatureSet {
    /// What wasmtime has on by default.
    pub fn wasmtime_default() -> FeatureSet {
        FeatureSet(DEFAULT)
    }

    /// Everything that this wasmtime can run.
    pub fn all() -> FeatureSet {
        FeatureSet(EXTRA.iter().fold(DEFAULT, |set, (_, flag)| set.union(*flag)))
    }

    /// Reads `default`, `all`, or names with commas between them: each adds to wasmtime's default set, and one with `-` before
    /// it is taken out.
    pub fn parse(text: &str) -> Result<FeatureSet> {
        let mut set = DEFAULT;
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            let (name, wanted) = word.strip_prefix('-').map_or((word, true), |name| (name, false));
            let flags = match name {
                "default" => DEFAULT,
                "all" => FeatureSet::all().0,
                _ => named(name).ok_or_else(|| unknown(name))?,
            };
            set.set(flags, wanted);
        }
        Ok(FeatureSet(set))
    }

    /// For the validator.
    pub(super) fn flags(self) -> WasmFeatures {
        self.0
    }

    /// Nothing that the runtime could run is left out.
    pub(super) fn is_all(self) -> bool {
        self == FeatureSet::all()
    }

    /// The same without one feature.
    pub(super) fn without(self, flag: WasmFeatures) -> FeatureSet {
        FeatureSet(self.0.difference(flag))
    }

    /// The features of `all` that this set lacks, with their names.
    pub(super) fn missing(self) -> impl Iterator<Item = (&'static str, WasmFeatures)> {
        EXTRA.iter().chain(PARTS_OF_DEFAULT).copied().filter(move |(_, flag)| !self.0.contains(*flag))
    }
}

impl Default for FeatureSet {
    fn default() -> FeatureSet {
        FeatureSet::all()
    }
}

/// What wasmtime has to be asked for, with its names.
pub(super) fn extras() -> impl Iterator<Item = (&'static str, WasmFeatures)> {
    EXTRA.iter().copied()
}

/// What every WebAssembly of 2017 has, and components.
pub(super) fn least() -> WasmFeatures {
    WasmFeatures::WASM1.difference(SETTLED.iter().fold(WasmFeatures::empty(), |all, (_, flag)| all | *flag))
        | WasmFeatures::COMPONENT_MODEL
}

/// Every feature that can be run, with its name, by name.
pub(super) fn runnable() -> impl Iterator<Item = (&'static str, WasmFeatures)> {
    let mut all: Vec<_> = EXTRA.iter().chain(PARTS_OF_DEFAULT).chain(SETTLED).copied().collect();
    all.retain(|(_, flag)| !least().contains(*flag));
    all.sort_unstable_by_key(|(name, _)| *name);
    all.into_iter()
}

/// The name of a feature, also of one that cannot be run.
pub(super) fn name_of(flag: WasmFeatures) -> Option<&'static str> {
    let all = EXTRA.iter().chain(PARTS_OF_DEFAULT).chain(UNRUNNABLE);
    all.into_iter().find(|(_, known)| flag.contains(*known)).map(|(name, _)| *name)
}

fn named(name: &str) -> Option<WasmFeatures> {
    EXTRA.iter().chain(PARTS_OF_DEFAULT).find(|(known, _)| *known == name).map(|(_, flag)| *flag)
}

fn unknown(name: &str) -> Error {
    let error = Error::new(Kind::Name, format!("no WebAssembly feature is called `{name}`"));
    if UNRUNNABLE.iter().any(|(known, _)| *known == name) {
        return error.help("this runtime knows it, but cannot run it");
    }
    let known = EXTRA.iter().chain(PARTS_OF_DEFAULT).map(|(known, _)| *known).chain(["default", "all"]);
    let otherwise = "`default`, `all`, or names as `wasmtime -W help` lists them: component-model-map, simd, …";
    error.help(did_you_mean(&suggest(name, known)).unwrap_or_else(|| otherwise.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: WasmFeatures) {
        assert_eq!(FeatureSet::parse(text).map(FeatureSet::flags).map_err(|e| e.to_string()), Ok(expected), "{text}");
    }

    #[test]
    fn sets_are_read() {
        check("default", DEFAULT);
        check("all", FeatureSet::all().flags());
        check("component-model-map", DEFAULT | WasmFeatures::CM_MAP);
        check("default, -simd,-relaxed-simd", DEFAULT - WasmFeatures::SIMD - WasmFeatures::RELAXED_SIMD);
        check("all,-component-model-async", FeatureSet::all().without(WasmFeatures::CM_ASYNC).flags());
    }

    #[test]
    fn component_gc_is_never_on() {
        assert!(!FeatureSet::all().flags().contains(WasmFeatures::CM_GC));
        let error = FeatureSet::parse("component-model-gc").unwrap_err();
        assert_eq!(error.help, ["this runtime knows it, but cannot run it"]);
    }

    #[test]
    fn unknown_names_get_the_nearest() {
        let error = FeatureSet::parse("component-model-maps").unwrap_err();
        assert_eq!(error.message, "no WebAssembly feature is called `component-model-maps`");
        assert!(error.help[0].contains("component-model-map"), "{:?}", error.help);
    }

    #[test]
    fn the_sets_do_not_overlap() {
        for (name, flag) in EXTRA.iter().chain(UNRUNNABLE) {
            assert!(!DEFAULT.intersects(*flag), "{name} is a default");
        }
        for (name, flag) in PARTS_OF_DEFAULT {
            assert!(DEFAULT.contains(*flag), "{name} is no default");
        }
    }
}
