//! A component as read from its bytes: facts, never behaviour.
//!
//! This room never imports wasmtime and never compiles anything: it works on components that cannot be compiled or
//! instantiated. Facts come from wasmparser's validated types; wit-parser and wit-component are called in
//! `wit.rs`, `wit_source.rs` and `componentize.rs` alone, behind `catch_unwind`.
//! Start reading at [`Component`], then `load.rs`.

pub mod callgraph;
mod comparison;
mod componentize;
pub mod compose;
mod core_items;
mod core_world;
mod definition;
mod externs;
mod facts;
mod features;
mod fit;
pub mod forwarder;
pub mod function;
pub mod function_index;
mod http_handler;
pub mod interface;
mod listing;
mod load;
mod mentions;
pub mod nesting;
pub mod pattern;
mod producers;
mod recognise;
pub mod replace;
pub mod retype;
mod scan;
pub mod selector;
mod type_builder;
mod type_writer;
pub mod types;
mod validate;
pub mod wiring;
mod wit;
pub mod wit_name;
mod wit_source;
pub mod world;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::error::Result;
use callgraph::CallGraph;

pub use componentize::{CoreModule, Made, PREVIEW1, some_of};
pub use definition::definition;
pub use facts::Facts;
pub use features::FeatureSet;
pub use function::{Function, FunctionKind, Param};
pub use function_index::FunctionIndex;
pub use http_handler::HttpHandler;
pub use listing::{WorldItem, wit_item, world_items};
pub use producers::Producer;
pub use scan::Shape;
pub use types::{Resource, ResourceId, Type, TypeName};
pub use wit::wit_text;

/// What sort of binary a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A component, or a core module of which one was made.
    Component,
    /// A core module of which no component can be made: it can be looked at, not called.
    CoreModule,
    /// A WIT package stored as a component: it can be printed, and has nothing to call.
    WitPackage,
}

/// A file that was loaded: a component, a core module or a WIT package.
#[derive(Debug)]
pub struct Component {
    /// Its number in the session: no two loads share one.
    pub id: u32,
    /// Where it was read from.
    pub path: PathBuf,
    /// What it is.
    pub kind: FileKind,
    /// The binary (a text file's bytes after assembly); where the file is a core module, the component made of it.
    pub bytes: Bytes,
    /// The file is text.
    pub is_text: bool,
    /// The core module, where the file is one.
    pub core: Option<Box<CoreModule>>,
    /// What it imports, in the binary's order.
    pub imports: Vec<Extern>,
    /// What it exports, in the binary's order.
    pub exports: Vec<Extern>,
    /// All functions that it imports, flattened in the order of `imports`.
    pub imported_functions: Vec<Arc<Function>>,
    /// All functions that it exports, flattened in the order of `exports`.
    pub exported_functions: Vec<Arc<Function>>,
    /// Features that it needs beyond those that wasmtime has on by default, as `--wasm-features` spells them.
    pub extra_features: Vec<&'static str>,
    /// Who calls whom in it, once that was asked for.
    pub calls: OnceLock<Result<CallGraph>>,
}

impl Component {
    /// How many exports and imports it has: functions, or all items where only a core module is there.
    pub fn counts(&self) -> (usize, usize) {
        match self.kind {
            FileKind::CoreModule => (self.exports.len(), self.imports.len()),
            FileKind::Component | FileKind::WitPackage => {
                (self.exported_functions.len(), self.imported_functions.len())
            }
        }
    }
}

/// One import or export.
#[derive(Clone, Debug)]
pub struct Extern {
    /// Its name as in the binary.
    pub name: Arc<str>,
    /// What it is.
    pub item: Item,
}

impl Extern {
    /// What the end of a resource's handles is called, where this is an imported resource: `[resource-drop]connection`. Nothing
    /// where it only is another's under a second name. `interface` is what it stands in.
    pub fn drop_name(&self, interface: Option<&str>) -> Option<String> {
        let Item::Resource(Resource { id: ResourceId::Imported(original), .. }) = &self.item else { return None };
        let is_original = original.interface.as_deref() == interface && original.name == self.name;
        is_original.then(|| callgraph::drop_name(&self.name))
    }
}

/// What an import or export is.
#[derive(Clone, Debug)]
pub enum Item {
    /// A component-level function.
    Function(Arc<Function>),
    /// An instance (of an interface, or a plain one) and its exports.
    Instance(Vec<Extern>),
    /// A value type.
    Type(Type),
    /// A resource type.
    Resource(Resource),
    /// A component, with its own imports and exports in short: `(import a, export b)`, or nothing.
    Component(String),
    /// A core module, with its imports and exports in short: `(import env.log, export run)`, or nothing.
    CoreModule(String),
    /// An import or export of a core module, described in short: `func(i32, i32) -> i32`, `memory 1`, `global i32`. What a
    /// core module imports stands in an [`Item::Instance`] of the name of the module that it is imported from.
    Core(String),
    /// The type of a function, instance or component, described in short: `type func(a: string)`.
    Other(String),
}
