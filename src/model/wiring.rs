//! Which exports of one component can answer which imports of another.
//!
//! Names match as everywhere in the component model: the same name, or versions that can stand in for each other; an exact
//! match wins. What matches by name must fit by type, and what does not is refused with the reason.

use std::sync::Arc;

use semver::Version;

use super::fit::misfit;
pub use super::fit::{Misfit, find};
use super::interface::{InterfaceName, compatible_interface, without_version};
use super::mentions::mentions;
use super::{Component, Extern, Function, Item};

/// An import, and the export of another component that can answer it: an interface, or an item at the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The import's name as in the binary.
    pub import: Arc<str>,
    /// The export's name as in the binary.
    pub export: Arc<str>,
}

/// An import that an export of nearly the same name cannot answer.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The two.
    pub pair: Pair,
    /// Why not.
    pub why: Why,
}

/// Why two items that belong together by their names do not match.
#[derive(Clone, Debug)]
pub enum Why {
    /// Their versions cannot stand in for each other.
    Version,
    /// Their types differ.
    Misfit(Misfit),
}

/// What of a provider matches what of a consumer.
#[derive(Clone, Debug, Default)]
pub struct Matches {
    /// What can be linked, in the order of the imports.
    pub pairs: Vec<Pair>,
    /// What cannot, although the names say that it should.
    pub refused: Vec<Refusal>,
}

/// All imports of `consumer` that exports of `provider` can answer.
pub fn matches(provider: &Component, consumer: &Component) -> Matches {
    let mut matches = Matches::default();
    for import in &consumer.imports {
        match answer(import, None, &provider.exports) {
            Some(Ok(pair)) => matches.pairs.push(pair),
            Some(Err(refusal)) => matches.refused.push(refusal),
            None => {}
        }
    }
    matches
}

/// The export that answers an import, or one function of it, or why that of its name does not; `None` where there is none.
pub fn answer(import: &Extern, function: Option<&str>, exports: &[Extern]) -> Option<Result<Pair, Refusal>> {
    if let Some(export) = find(exports, &import.name) {
        return Some(fitting(import, function, export));
    }
    let named = |compare: fn(&str) -> &str| {
        let is_interface = import.name.contains('/');
        exports.iter().filter(move |export| is_interface && compare(&export.name) == compare(&import.name))
    };
    let mut compatible: Vec<&Extern> = named(compatible_interface).collect();
    compatible.sort_by_key(|export| std::cmp::Reverse(version(&export.name)));
    let tried: Vec<_> = compatible.into_iter().map(|export| fitting(import, function, export)).collect();
    if let Some(pair) = tried.iter().find_map(|tried| tried.as_ref().ok()) {
        return Some(Ok(pair.clone()));
    }
    let other_version = || named(without_version).max_by_key(|export| version(&export.name));
    tried.into_iter().next().or_else(|| {
        let pair = Pair { import: import.name.clone(), export: other_version()?.name.clone() };
        Some(Err(Refusal { pair, why: Why::Version }))
    })
}

/// The version in a name; none sorts before all.
pub(super) fn version(name: &str) -> Option<Version> {
    InterfaceName::parse(name).version.and_then(|version| Version::parse(version).ok())
}

/// These two as a pair, whatever they are called, if their types fit: all of the import, or one function of it.
pub fn fitting(import: &Extern, function: Option<&str>, export: &Extern) -> Result<Pair, Refusal> {
    let pair = Pair { import: import.name.clone(), export: export.name.clone() };
    let wanted = match (&import.item, function) {
        (Item::Instance(items), Some(function)) => Item::Instance(with_types(items, function)),
        (item, _) => item.clone(),
    };
    match misfit(&wanted, &export.item, &import.name) {
        None => Ok(pair),
        Some(misfit) => Err(Refusal { pair, why: Why::Misfit(misfit) }),
    }
}

/// One function of an interface, with the resources by which its own are told.
fn with_types(items: &[Extern], function: &str) -> Vec<Extern> {
    let wanted = find(items, function).map(|item| mentions(&item.item)).unwrap_or_default();
    let is_wanted = |item: &&Extern| match &item.item {
        Item::Resource(resource) => wanted.contains_key(&resource.name),
        _ => &*item.name == function,
    };
    items.iter().filter(is_wanted).cloned().collect()
}

/// The functions of an import, each with that of an export which answers it.
pub fn function_pairs(import: &Extern, export: &Extern) -> Vec<(Arc<Function>, Arc<Function>)> {
    match (&import.item, &export.item) {
        (Item::Function(import), Item::Function(export)) => vec![(import.clone(), export.clone())],
        (Item::Instance(imports), Item::Instance(exports)) => {
            let pairs = imports.iter().filter_map(|import| Some(function_pairs(import, find(exports, &import.name)?)));
            pairs.flatten().collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::model::FeatureSet;

    fn load(text: &str, id: u32) -> Component {
        Component::from_bytes(text.as_bytes(), Path::new("x.wat"), id, FeatureSet::all()).expect("valid text")
    }

    /// A component that imports instances of these names and types.
    fn consumer(imports: &[(&str, &str)]) -> Component {
        let imports = imports.iter().map(|(name, ty)| format!("(import \"{name}\" (instance {ty}))"));
        load(&format!("(component {})", imports.collect::<String>()), 1)
    }

    /// A component that exports instances of these names, each with what an instance that it imports has.
    fn provider(exports: &[(&str, &str)]) -> Component {
        let exports = exports.iter().enumerate().map(|(n, (name, ty))| {
            format!("(import \"own-{n}\" (instance $i{n} {ty})) (export \"{name}\" (instance $i{n}))")
        });
        load(&format!("(component {})", exports.collect::<String>()), 2)
    }

    /// The pairs and the refusals of these imports and exports, in short.
    #[track_caller]
    fn check(imports: &[(&str, &str)], exports: &[(&str, &str)], expected: &[&str]) {
        let found = matches(&provider(exports), &consumer(imports));
        let shown = |pair: &Pair| format!("{} {}", pair.import, pair.export);
        let pairs = found.pairs.iter().map(shown);
        let refused = found.refused.iter().map(|refusal| match &refusal.why {
            Why::Version => format!("{}: version", shown(&refusal.pair)),
            Why::Misfit(misfit) => format!("{}: {misfit}", shown(&refusal.pair)),
        });
        assert_eq!(pairs.chain(refused).collect::<Vec<_>>(), expected);
    }

    const F: &str = "(export \"f\" (func (param \"x\" u32)))";

    #[test]
    fn versions_match_as_the_component_model_says() {
        for (wanted, offered, fits) in [
            ("0.2.0", "0.2.12", true),
            ("0.2.12", "0.2.0", true),
            ("1.0.0", "1.9.3", true),
            ("1.0.0", "2.0.0", false),
            ("0.2.0", "0.3.0", false),
            ("0.0.1", "0.0.2", false),
            ("1.0.0-rc.1", "1.0.0-rc.2", false),
            ("1.0.0-rc.1", "1.0.0-rc.1", true),
        ] {
            let (import, export) = (format!("a:b/c@{wanted}"), format!("a:b/c@{offered}"));
            let verdict = if fits { format!("{import} {export}") } else { format!("{import} {export}: version") };
            check(&[(&import, F)], &[(&export, F)], &[&verdict]);
        }
        check(&[("a:b/c", F)], &[("a:b/c@1.0.0", F)], &["a:b/c a:b/c@1.0.0: version"]);
        check(&[("a:b/c@1.0.0", F)], &[("a:b/c", F)], &["a:b/c@1.0.0 a:b/c: version"]);
        check(&[("plain", F)], &[("plain", F), ("other", F)], &["plain plain"]);
    }

    #[test]
    fn an_exact_match_wins_and_then_the_newest() {
        let exports = [("a:b/c@1.2.0", F), ("a:b/c@1.10.0", F), ("a:b/c@1.1.0", F)];
        check(&[("a:b/c@1.2.0", F)], &exports, &["a:b/c@1.2.0 a:b/c@1.2.0"]);
        check(&[("a:b/c@1.0.0", F)], &exports, &["a:b/c@1.0.0 a:b/c@1.10.0"]);
    }

    #[test]
    fn an_older_version_answers_what_it_has() {
        let more = format!("{F} (export \"g\" (func))");
        check(&[("a:b/c@1.0.0", F)], &[("a:b/c@1.1.0", &more)], &["a:b/c@1.0.0 a:b/c@1.1.0"]);
        check(
            &[("a:b/c@1.1.0", &more)],
            &[("a:b/c@1.0.0", F)],
            &["a:b/c@1.1.0 a:b/c@1.0.0: the function `g` is missing"],
        );
    }

    #[test]
    fn types_are_compared_by_structure() {
        let named = |name: &str, ty: &str| {
            format!("(type $t {ty}) (export \"{name}\" (type $n (eq $t))) (export \"f\" (func (param \"x\" $n)))")
        };
        let point = named("point", "(record (field \"x\" s32) (field \"y\" s32))");
        let other = named("point", "(record (field \"x\" s32) (field \"z\" s32))");
        check(&[("a:b/c", &point)], &[("a:b/c", &point)], &["a:b/c a:b/c"]);
        let verdict = "a:b/c a:b/c: the type `point` has another structure";
        check(&[("a:b/c", &point)], &[("a:b/c", &other)], &[verdict]);
        for (ty, differs) in [("(param \"x\" s32)", true), ("(param \"y\" u32)", true), ("(param \"x\" u32)", false)] {
            let offered = format!("(export \"f\" (func {ty}))");
            let verdict = if differs { ": the function `f` has another type" } else { "" };
            check(&[("a:b/c", F)], &[("a:b/c", &offered)], &[&format!("a:b/c a:b/c{verdict}")]);
        }
        let is_async = "(export \"f\" (func async (param \"x\" u32)))";
        check(&[("a:b/c", F)], &[("a:b/c", is_async)], &["a:b/c a:b/c: the function `f` has another type"]);
        let instance = "(export \"f\" (instance))";
        check(
            &[("a:b/c", F)],
            &[("a:b/c", instance)],
            &["a:b/c a:b/c: `f` is of another sort: instance, not function"],
        );
    }

    #[test]
    fn resources_match_by_their_names() {
        let of = |a: &str, b: &str, taken: &str| {
            format!(
                "(export \"{a}\" (type $a (sub resource))) (export \"{b}\" (type $b (sub resource))) \
                 (export \"f\" (func (param \"x\" (borrow ${taken}))))"
            )
        };
        let wanted = of("one", "two", "a");
        check(&[("a:b/c", &wanted)], &[("a:b/c", &of("one", "two", "a"))], &["a:b/c a:b/c"]);
        check(&[("a:b/c", &wanted)], &[("a:b/c", &of("two", "one", "b"))], &["a:b/c a:b/c"]);
        let verdict = "a:b/c a:b/c: the function `f` has another type";
        check(&[("a:b/c", &wanted)], &[("a:b/c", &of("one", "two", "b"))], &[verdict]);
        let missing = "a:b/c a:b/c: the resource `one` is missing";
        check(&[("a:b/c", &wanted)], &[("a:b/c", &of("three", "two", "b"))], &[missing]);
    }

    #[test]
    fn types_with_a_million_leaves_are_compared_once() {
        let mut bomb = "(type $t0 (tuple u8 u8))".to_owned();
        for n in 1..16 {
            bomb += &format!("(type $t{n} (tuple $t{} $t{}))", n - 1, n - 1);
        }
        bomb += "(export \"f\" (func (param \"x\" $t15)))";
        check(&[("a:b/c", &bomb)], &[("a:b/c", &bomb)], &["a:b/c a:b/c"]);
    }
}
