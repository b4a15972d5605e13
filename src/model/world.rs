//! Worlds: what a component may import and must export, as WIT says it.
//!
//! A world is read like everything else, from the validated types of a binary: of a WIT package stored as one, or of what `wit_source.rs`
//! encodes out of WIT text. So a component and a world are compared as equals, by `replace.rs`.

use std::path::Path;

use super::recognise::{Content, recognise};
use super::{Component, Extern, FeatureSet, externs, scan, validate, wit_source};
use crate::error::{Error, Kind, Result};
use crate::files;
use crate::wording::{did_you_mean, suggest};

/// How much WIT is read from one file, in MiB.
const BIGGEST: u64 = 4;

/// Imports and exports, of a component or as a world asks for them.
#[derive(Clone, Debug)]
pub struct World {
    /// `ns:pkg/world@1.2.3`; for a component, what it is called.
    pub name: String,
    /// What it imports.
    pub imports: Vec<Extern>,
    /// What it exports.
    pub exports: Vec<Extern>,
}

impl Component {
    /// What it imports and exports, under a name.
    pub fn world(&self, name: &str) -> World {
        World { name: name.to_owned(), imports: self.imports.clone(), exports: self.exports.clone() }
    }
}

/// The worlds of a file of WIT, of a folder of such files (with those that they need in `deps`), or of a WIT package stored as wasm.
///
/// Errors are of kind `load`, or `io` where the operating system refuses.
pub fn worlds(path: &Path) -> Result<Vec<World>> {
    let bytes = if path.is_dir() { wit_source::encoded_folder(path)? } else { encoded_file(path)? };
    scan::scan(&bytes)?;
    let validated = validate::types_of(&bytes, FeatureSet::all())?;
    externs::worlds(&validated)
}

/// The WIT package that a file holds, as wasm.
fn encoded_file(path: &Path) -> Result<Vec<u8>> {
    let bytes = files::read(path, BIGGEST)
        .map_err(|why| Error::new(Kind::Io, format!("cannot read {}: {why}", path.display())))?;
    let is_wit = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("wit"));
    match recognise(&bytes, path) {
        Ok(Content::Component) if !is_wit => Ok(bytes),
        Ok(Content::CoreModule) if !is_wit => {
            Err(Error::new(Kind::Load, format!("{} is a core module, not WIT", path.display())))
        }
        Ok(Content::Text(_)) if !is_wit => {
            Err(Error::new(Kind::Load, format!("{} is WebAssembly text, not WIT", path.display())))
        }
        _ => match String::from_utf8(bytes) {
            Ok(text) => wit_source::encoded(path, text),
            Err(_) => Err(Error::new(Kind::Load, format!("{} is no WIT: it is not UTF-8", path.display()))),
        },
    }
}

/// The one of these worlds that is meant: the only one, or the one of this name, `ns:pkg/` and version left out or not.
pub fn choose(worlds: Vec<World>, wanted: Option<&str>) -> Result<World> {
    let names: Vec<String> = worlds.iter().map(|world| world.name.clone()).collect();
    let listed = || format!("it has {}", names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "));
    let matching = |world: &World| match wanted {
        Some(wanted) => super::selector::names_interface(wanted, &world.name),
        None => true,
    };
    let mut found = worlds.into_iter().filter(matching);
    match (found.next(), found.next(), wanted) {
        (Some(world), None, _) => Ok(world),
        (None, _, Some(wanted)) => {
            let short = names.iter().flat_map(|name| [name.as_str(), short(name)]);
            let help = did_you_mean(&suggest(wanted, short)).unwrap_or_else(listed);
            Err(Error::new(Kind::Name, format!("there is no world `{wanted}` here")).help(help))
        }
        (None, _, None) => Err(Error::new(Kind::Load, "there is no world in this package: it has interfaces alone")),
        (Some(_), Some(_), _) => {
            Err(Error::new(Kind::Name, "the package has several worlds").help(format!("name the one: {}", listed())))
        }
    }
}

/// `world` of `ns:pkg/world@1.2.3`.
fn short(name: &str) -> &str {
    super::interface::InterfaceName::parse(name).name
}
