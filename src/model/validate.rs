//! Validating a binary for its types.
//!
//! Function bodies are skipped unless asked for: they say nothing of imports and exports, the runtime checks them when it
//! compiles, and they are nearly all of a big file. Start reading at [`types_of`].

use wasmparser::types::Types;
use wasmparser::{
    FuncToValidate, FuncValidatorAllocations, FunctionBody, Parser, Payload, ValidPayload, Validator,
    ValidatorResources, WasmFeatures,
};

use super::features::{self, FeatureSet};
use super::scan::malformed;
use crate::error::{Error, Kind, Result};

/// A binary's types, and the names of what it imports and exports in their order.
pub struct Validated {
    /// All types.
    pub types: Types,
    /// The names of a component's imports; empty for a core module.
    pub imports: Vec<String>,
    /// The names of a component's exports; empty for a core module.
    pub exports: Vec<String>,
    /// The features that it needs beyond wasmtime's defaults, function bodies aside.
    pub extra_features: Vec<&'static str>,
}

/// Whether function bodies are validated.
#[derive(Clone, Copy, PartialEq)]
pub enum Bodies {
    /// They are.
    Check,
    /// They are not.
    Skip,
}

/// Validates under these features. An error names the feature that is needed and left out, where that is the reason.
pub fn types_of(bytes: &[u8], allowed: FeatureSet) -> Result<Validated> {
    // A person who limits the features means the instructions too.
    let bodies = if allowed.is_all() { Bodies::Skip } else { Bodies::Check };
    let usual = if allowed.is_all() { FeatureSet::wasmtime_default() } else { allowed };
    if let Ok(validated) = validate(bytes, usual.flags(), bodies) {
        let extra_features = if allowed.is_all() { Vec::new() } else { needed_extras(bytes, allowed, bodies) };
        return Ok(Validated { extra_features, ..validated });
    }
    match validate(bytes, allowed.flags(), bodies) {
        Ok(validated) => Ok(Validated { extra_features: needed_extras(bytes, allowed, bodies), ..validated }),
        Err(error) => Err(refused(bytes, allowed, bodies, &error)),
    }
}

/// The features beyond wasmtime's defaults without which this binary is not valid.
fn needed_extras(bytes: &[u8], allowed: FeatureSet, bodies: Bodies) -> Vec<&'static str> {
    if validate(bytes, allowed.flags() & FeatureSet::wasmtime_default().flags(), bodies).is_ok() {
        return Vec::new();
    }
    let needed = |flag: WasmFeatures| validate(bytes, allowed.without(flag).flags(), bodies).is_err();
    features::extras()
        .filter(|(_, flag)| allowed.flags().contains(*flag) && needed(*flag))
        .map(|(name, _)| name)
        .collect()
}

/// All features that a binary uses beyond those of 2017, by name; function bodies included. Empty where it is not valid.
pub fn used_features(bytes: &[u8]) -> Vec<&'static str> {
    // How calls through tables are written down cannot be told from an error, and says little.
    let encoding = WasmFeatures::CALL_INDIRECT_OVERLONG;
    let mut flags = features::least() | encoding;
    let all = FeatureSet::all().flags();
    let Some((_, functions)) = grown(&mut flags, |flags| structure(bytes, all, flags, Bodies::Check)) else {
        return Vec::new();
    };
    let mut allocations = FuncValidatorAllocations::default();
    for (function, body) in functions {
        let valid = grown(&mut flags, |features| {
            let FuncToValidate { index, ty, .. } = function;
            let again = FuncToValidate { resources: function.resources.clone(), index, ty, features };
            let mut validator = again.into_validator(std::mem::take(&mut allocations));
            let result = validator.validate(&body);
            allocations = validator.into_allocations();
            result
        });
        if valid.is_none() {
            return Vec::new();
        }
    }
    // One of the features has a part that the validator asks for by itself.
    let used = flags - encoding;
    features::runnable().filter(|(_, flag)| used.intersects(*flag)).map(|(name, _)| name).collect()
}

/// What validation gives once the features that it misses are added, one after the other.
fn grown<T>(flags: &mut WasmFeatures, mut validate: impl FnMut(WasmFeatures) -> wasmparser::Result<T>) -> Option<T> {
    let missing = |error: &wasmparser::Error, flags: WasmFeatures| {
        let missing = error.missing_wasm_feature()? & FeatureSet::all().flags();
        (!missing.is_empty() && !flags.contains(missing)).then_some(missing)
    };
    loop {
        let error = match validate(*flags) {
            Ok(valid) => return Some(valid),
            Err(error) => error,
        };
        // Some errors do not say what is missing: then whatever brings it further is.
        let helps = |(_, flag): &(&str, WasmFeatures)| {
            let more = *flags | *flag;
            !flags.contains(*flag) && validate(more).map_or_else(|error| missing(&error, more).is_some(), |_| true)
        };
        let found = missing(&error, *flags).or_else(|| features::runnable().find(helps).map(|(_, flag)| flag));
        *flags |= found?;
    }
}

fn refused(bytes: &[u8], allowed: FeatureSet, bodies: Bodies, error: &wasmparser::Error) -> Error {
    let all = FeatureSet::all();
    if !allowed.is_all() && validate(bytes, all.flags(), bodies).is_ok() {
        let needed = |flag: WasmFeatures| validate(bytes, all.without(flag).flags(), bodies).is_err();
        let names: Vec<_> = allowed.missing().filter(|(_, flag)| needed(*flag)).map(|(name, _)| name).collect();
        return Error::new(Kind::Load, format!("the file needs {}, which is left out here", names.join(", ")))
            .cause(error.message())
            .help("`--wasm-features all` lets everything in that this runtime can run");
    }
    let broken = malformed(error, bytes.len());
    match error.missing_wasm_feature().and_then(features::name_of) {
        Some(name) => broken.note(format!("it needs the feature `{name}`, which this runtime cannot run")),
        None => broken,
    }
}

/// One pass over the whole binary.
fn validate(bytes: &[u8], features: WasmFeatures, bodies: Bodies) -> wasmparser::Result<Validated> {
    let (validated, functions) = structure(bytes, features, features, bodies)?;
    let mut allocations = FuncValidatorAllocations::default();
    for (function, body) in functions {
        let mut validator = function.into_validator(allocations);
        validator.validate(&body)?;
        allocations = validator.into_allocations();
    }
    Ok(validated)
}

/// A function that is yet to be validated, and its body.
type Function<'a> = (FuncToValidate<ValidatorResources>, FunctionBody<'a>);

/// One pass over everything but function bodies, which are given back. What can be read is told apart from what is valid.
fn structure(
    bytes: &[u8],
    readable: WasmFeatures,
    valid: WasmFeatures,
    bodies: Bodies,
) -> wasmparser::Result<(Validated, Vec<Function<'_>>)> {
    let mut validator = Validator::new_with_features(valid);
    let mut parser = Parser::new(0);
    parser.set_features(readable);
    let (mut imports, mut exports) = (Vec::new(), Vec::new());
    let mut functions = Vec::new();
    let mut depth = 0;
    let mut outermost = None;
    for payload in parser.parse_all(bytes) {
        let payload = payload?;
        match &payload {
            Payload::CodeSectionEntry(_) if bodies == Bodies::Skip => continue,
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section.clone() {
                    imports.push(import?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section.clone() {
                    exports.push(export?.name.name.to_owned());
                }
            }
            _ => {}
        }
        match validator.payload(&payload)? {
            ValidPayload::Func(function, body) => functions.push((function, body)),
            ValidPayload::End(types) => outermost = Some(types),
            _ => {}
        }
    }
    let types = match outermost {
        Some(types) => types,
        // The parser gave an error unless the outermost binary ended, so this only says so again.
        None => validator.end(bytes.len())?,
    };
    Ok((Validated { types, imports, exports, extra_features: Vec::new() }, functions))
}
