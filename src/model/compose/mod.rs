//! Several components that are linked, written as one.
//!
//! Every part is nested unchanged and instantiated once, those that answer before those that ask. An import that nothing inside
//! answers stays an import of the result, and parts that import the same share it. The result is validated before it is handed
//! out. Start reading at [`compose`]; `sources.rs` says who answers what, `outside.rs` what stays an import, `writer.rs` and
//! `exports.rs` write. Nothing is compiled.

mod exports;
mod outside;
mod sections;
mod sources;
#[cfg(test)]
mod tests;
mod writer;

use std::path::Path;
use std::sync::Arc;

use super::{Component, Extern, FeatureSet, Function};
use crate::error::{Error, Kind, Result};
use exports::Exporting;
use outside::Outside;
use sources::Sources;
use writer::Writer;

/// One of the components that the result is made of.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its place among the parts.
    pub number: usize,
    /// What it is called in the session, which errors and the result's name section use.
    pub name: String,
    /// The component.
    pub component: Arc<Component>,
}

/// An export of a part: an instance or an item at its root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The part's number.
    pub part: usize,
    /// The name as in the binary.
    pub name: Arc<str>,
}

/// Who answers what: for an import of a part (and one function of it, where it is an instance with functions), the export.
pub type Answers<'a> = dyn Fn(&Part, &Extern, Option<&Function>) -> Option<Export> + 'a;

/// What came out.
#[derive(Debug)]
pub struct Composed {
    /// The binary.
    pub bytes: Vec<u8>,
    /// The same, as it is read from the bytes.
    pub component: Component,
    /// Instances of parts that are exported although no part that exports was asked for them: exports mention their types.
    pub added: Vec<(usize, Arc<str>)>,
}

/// The parts as one component, which exports what the parts of these numbers export.
pub fn compose(parts: &[Part], exporting: &[usize], answers: &Answers<'_>) -> Result<Composed> {
    let sources = Sources::new(parts, answers)?;
    let order = sources.order()?;
    let outside = Outside::collect(parts, &sources)?;
    let needed = Exporting::new(parts, &sources, &outside, exporting)?;
    let attempts = needed.attempts();
    let mut refused = None;
    for attempt in attempts {
        let mut writer = Writer::new(parts, &sources, &outside);
        writer.imports()?;
        for part in &order {
            writer.instantiate(*part)?;
        }
        let added = attempt.write(&mut writer)?;
        let bytes = writer.finish();
        // No number of the session: what comes out is loaded as any other file is.
        match Component::from_bytes(&bytes, Path::new("composed.wasm"), 0, FeatureSet::all()) {
            Ok(component) => return Ok(Composed { bytes, component, added }),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    Err(refused.map_or_else(nothing, |error| not_valid(&error)))
}

fn nothing() -> Error {
    Error::new(Kind::Internal, "there is nothing to compose")
}

fn not_valid(error: &Error) -> Error {
    let causes = [error.message.clone()].into_iter().chain(error.causes.iter().cloned());
    let refused =
        Error::new(Kind::Type, "the components do not make one that is valid: their types do not fit together");
    let refused = causes.fold(refused, Error::cause);
    error.notes.iter().cloned().fold(refused, Error::note)
}
