//! TARGET: the words that select exports or imports, `[component::](ns | ns:pkg | [ns:]pkg/iface[@v] | name | all)[#function]`.
//!
//! A target is parsed without asking anything, then finds its component, then selects among items. Selecting is generous: a
//! plain name means every interface, function, resource and type of that name, and `[resource-drop]r` an imported resource. It
//! decides nothing about calls; that is `eval`.

use indexmap::{IndexMap, IndexSet};

use crate::error::{Error, Kind, Result};
use crate::model::callgraph::{DROP, drop_name};
use crate::model::function::plain_name;
use crate::model::interface::InterfaceName;
use crate::model::selector::{names_interface, names_item, without_namespace};
use crate::model::{Extern, Item, some_of};
use crate::session::{HOST, Loaded, Session};
use crate::syntax::Span;
use crate::wording::{did_you_mean, suggest};

use super::Word;

/// How many names that hold what was typed are offered.
const OFFERED: usize = 3;
/// What is shorter than this stands in too many names.
const SHORTEST_PART: usize = 2;

/// A selection, not yet looked up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Target {
    /// `comp` of `comp::`.
    pub component: Option<String>,
    /// What stands between `#`: an interface, nested instances, a function. Empty for everything.
    parts: Vec<String>,
    /// Where it stands in the line.
    span: Span,
}

/// Whose exports and imports are meant.
pub enum Owner {
    /// A loaded component.
    Component(Loaded),
    /// The shell: it exports what the loaded components import.
    Host,
}

/// One export or import and the instances around it.
#[derive(Clone, Debug)]
pub struct Selected<'a> {
    /// The instances around it, outermost first.
    pub path: Vec<&'a str>,
    /// Itself.
    pub item: &'a Extern,
}

impl Target {
    /// Reads one word; no word means everything.
    pub fn parse(word: Option<&Word>) -> Target {
        let Some(word) = word else { return Target::default() };
        let (component, rest) = match word.text.split_once("::") {
            Some((component, rest)) => (Some(component.to_owned()), rest),
            None => (None, word.text.as_str()),
        };
        let parts = match rest {
            "" | "all" => Vec::new(),
            _ => rest.strip_prefix("all#").unwrap_or(rest).split('#').map(str::to_owned).collect(),
        };
        Target { component, parts, span: word.span }
    }

    /// The component that it names, or the current one. A plain name that only a component has selects all of that component.
    pub fn owner(&mut self, session: &Session) -> Result<Owner> {
        if let Some(name) = &self.component {
            return match name.as_str() {
                HOST => Ok(Owner::Host),
                _ => session.components.require(name, self.span).cloned().map(Owner::Component),
            };
        }
        if let [name] = &self.parts[..] {
            if name == HOST && !session.components.all().is_empty() {
                self.parts.clear();
                return Ok(Owner::Host);
            }
            if let Some(loaded) = session.components.named(name)
                && !self.selects_anything(session)
            {
                self.parts.clear();
                return Ok(Owner::Component(loaded.clone()));
            }
        }
        session.components.require_current().cloned().map(Owner::Component)
    }

    fn selects_anything(&self, session: &Session) -> bool {
        session.components.current().is_some_and(|loaded| {
            let items = loaded.component.exports.iter().chain(&loaded.component.imports);
            flatten(items).iter().any(|selected| self.matches(selected))
        })
    }

    /// Those of the items, flattened, that it selects; an error with the nearest names where there are none.
    /// `what` says what the items are, as in `adder exports`.
    pub fn select<'a>(&self, items: impl IntoIterator<Item = &'a Extern>, what: &str) -> Result<Vec<Selected<'a>>> {
        let mut all = flatten(items);
        if self.is_all() {
            return Ok(all);
        }
        if !all.iter().any(|selected| self.matches(selected)) {
            return Err(self.miss(&all, what));
        }
        all.retain(|selected| self.matches(selected));
        Ok(all)
    }

    /// Those of the items that it selects, an instance as a whole where the target means one: interfaces before what is in them.
    pub fn select_whole<'a>(&self, items: impl IntoIterator<Item = &'a Extern>) -> Vec<Selected<'a>> {
        let mut found = Vec::new();
        items.into_iter().for_each(|item| self.walk_whole(item, &[], &mut found));
        found
    }

    fn walk_whole<'a>(&self, item: &'a Extern, path: &[&'a str], found: &mut Vec<Selected<'a>>) {
        let here = Selected { path: path.to_vec(), item };
        if self.matches(&here) {
            found.push(here);
        } else if let Item::Instance(inner) = &item.item {
            let path = [path, &[&*item.name]].concat();
            inner.iter().for_each(|item| self.walk_whole(item, &path, found));
        }
    }

    /// Whether it is this word, which nothing here is called; it means everything then.
    pub fn take_word<'a>(&mut self, word: &str, items: impl IntoIterator<Item = &'a Extern>) -> bool {
        let is_word = matches!(&self.parts[..], [part] if part == word);
        let taken = is_word && !flatten(items).iter().any(|selected| self.matches(selected));
        if taken {
            self.parts.clear();
        }
        taken
    }

    /// Whether it means everything.
    pub fn is_all(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether it means the end of a resource's handles.
    pub fn is_drop(&self) -> bool {
        self.parts.last().is_some_and(|last| last.starts_with(DROP))
    }

    /// The error for a target that selects nothing of these. `what` says what they are, as in `adder exports`.
    pub fn nothing<'a>(&self, items: impl IntoIterator<Item = &'a Extern>, what: &str) -> Error {
        self.miss(&flatten(items), what)
    }

    fn miss(&self, all: &[Selected<'_>], what: &str) -> Error {
        let written = self.parts.join("#");
        let error = Error::new(Kind::Name, format!("{what} nothing called `{written}`")).at(self.span);
        // The interface may be right and the name behind it wrong, or the other way round.
        let last = self.parts.last().map_or("", String::as_str);
        if let Some(elsewhere) = all.iter().find(|selected| names_item(last, &selected.item.name)) {
            return error.help(format!("did you mean `{}`?", elsewhere.full_name()));
        }
        if let Some(elsewhere) = all.iter().find(|selected| selected.drops(last) && !self.matches(selected)) {
            return error.help(format!("did you mean `{}`?", drop_name(&elsewhere.full_name())));
        }
        error.help(if all.is_empty() { format!("{what} nothing at all") } else { likely(last, all) })
    }

    /// Whether it means this item: every part names an instance on the way to it, or the item.
    fn matches(&self, selected: &Selected<'_>) -> bool {
        let own = &*selected.item.name;
        if let [name] = &self.parts[..]
            && (names_item(name, own) || selected.drops(name))
        {
            return true;
        }
        let full: Vec<&str> = selected.path.iter().copied().chain([own]).collect();
        self.parts.len() <= full.len()
            && self.parts.iter().zip(&full).enumerate().all(|(depth, (part, name))| {
                (depth == 0 && names_interface(part, name)) || part == name || {
                    // Only the item itself has a second spelling; what holds it is named in full.
                    depth + 1 == full.len() && (names_item(part, name) || selected.drops(part))
                }
            })
    }
}

impl Selected<'_> {
    /// The interface, or the nested instances joined with `#`; `None` at the root.
    pub fn interface(&self) -> Option<String> {
        (!self.path.is_empty()).then(|| self.path.join("#"))
    }

    /// The name that selects it and nothing else.
    pub fn full_name(&self) -> String {
        let full: Vec<&str> = self.path.iter().copied().chain([&*self.item.name]).collect();
        full.join("#")
    }

    /// What the end of its handles is called, where it is an imported resource.
    pub fn drop_name(&self) -> Option<String> {
        self.item.drop_name(self.interface().as_deref())
    }

    /// Whether a name means the end of its handles.
    fn drops(&self, name: &str) -> bool {
        name.strip_prefix(DROP).is_some_and(|resource| resource == &*self.item.name) && self.drop_name().is_some()
    }
}

/// What a name that selects nothing may have been meant for: the nearest names, those that hold it, or else what there is.
fn likely(typed: &str, all: &[Selected<'_>]) -> String {
    if let Some(resource) = typed.strip_prefix(DROP) {
        let dropped = all.iter().filter(|selected| selected.drop_name().is_some());
        let near = suggest(resource, dropped.map(|selected| &*selected.item.name));
        if let Some(help) = did_you_mean(&near.iter().map(|name| drop_name(name)).collect::<Vec<_>>()) {
            return help;
        }
    }
    // Each name that can be typed, and how it is offered; a package is not what an interface was meant for.
    let is_meant = |name: &str| !typed.contains('/') || !name.contains(':') || name.contains('/');
    let names: IndexMap<&str, &str> = all.iter().flat_map(spellings).filter(|(name, _)| is_meant(name)).collect();
    // A method's name alone selects nothing, but nothing is nearer to what was meant.
    let near = match names.get_key_value(typed) {
        Some((name, _)) => vec![(*name).to_owned()],
        None => suggest(typed, names.keys().copied()),
    };
    let mut meant: IndexSet<&str> = near.iter().filter_map(|near| names.get(near.as_str()).copied()).collect();
    if meant.is_empty() && typed.len() >= SHORTEST_PART {
        meant = names.iter().filter(|(name, _)| name.contains(typed)).map(|(_, offered)| *offered).collect();
        meant.truncate(OFFERED);
    }
    if let Some(help) = did_you_mean(&meant.into_iter().collect::<Vec<_>>()) {
        return help;
    }
    let outermost =
        |selected: &Selected<'_>| selected.path.first().map_or(&*selected.item.name, |name| *name).to_owned();
    let there: IndexSet<String> = all.iter().map(outermost).collect();
    format!("there is {}", some_of(there.into_iter().map(|name| format!("`{name}`"))))
}

/// The names that an item and the instances around it can be selected by, each with how it is offered.
fn spellings<'a>(selected: &Selected<'a>) -> Vec<(&'a str, &'a str)> {
    let own = &*selected.item.name;
    let plain = plain_name(own);
    let around = selected.path.iter().copied().flat_map(|name| {
        let parts = InterfaceName::parse(name);
        let namespace = parts.package.and_then(|package| package.split(':').next());
        [Some(name), Some(parts.name), parts.package, namespace].into_iter().flatten()
    });
    let local = selected.path.iter().filter_map(|name| Some((without_namespace(name)?, *name)));
    let method = plain.split_once('.').map(|(_, method)| (method, plain));
    around.chain([own, plain]).map(|name| (name, name)).chain(local).chain(method).collect()
}

/// Items with those of their instances in their place; an instance without items stands for itself.
fn flatten<'a>(items: impl IntoIterator<Item = &'a Extern>) -> Vec<Selected<'a>> {
    fn walk<'a>(item: &'a Extern, path: &[&'a str], found: &mut Vec<Selected<'a>>) {
        match &item.item {
            Item::Instance(inner) if !inner.is_empty() => {
                let path = [path, &[&*item.name]].concat();
                inner.iter().for_each(|item| walk(item, &path, found));
            }
            _ => found.push(Selected { path: path.to_vec(), item }),
        }
    }
    let mut found = Vec::new();
    items.into_iter().for_each(|item| walk(item, &[], &mut found));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(name: &str) -> Extern {
        Extern { name: name.into(), item: Item::Core("func()".into()) }
    }

    fn instance(name: &str, inner: Vec<Extern>) -> Extern {
        Extern { name: name.into(), item: Item::Instance(inner) }
    }

    fn items() -> Vec<Extern> {
        vec![
            leaf("log"),
            instance("a:kv/db@1.2.0", vec![leaf("[constructor]conn"), leaf("[method]conn.get"), leaf("get")]),
            instance("a:math/add", vec![leaf("add")]),
            instance("outer", vec![instance("inner", vec![leaf("deep")])]),
            instance("b:none/empty", vec![]),
        ]
    }

    /// What a word selects, in full, or the error's message and help.
    fn check(word: &str, expected: &[&str]) {
        let span = Span::new(0, word.len());
        let target = Target::parse(Some(&Word { text: word.to_owned(), span }));
        let items = items();
        let found: Vec<String> = match target.select(&items, "x exports") {
            Ok(selected) => selected.iter().map(Selected::full_name).collect(),
            Err(error) => [error.message.clone()].into_iter().chain(error.help.clone()).collect(),
        };
        assert_eq!(found, expected, "for {word}");
    }

    const DB: [&str; 3] = ["a:kv/db@1.2.0#[constructor]conn", "a:kv/db@1.2.0#[method]conn.get", "a:kv/db@1.2.0#get"];

    #[test]
    fn interfaces_by_any_part_of_their_name() {
        for word in ["a:kv/db@1.2.0", "a:kv/db", "a:kv", "a:kv@1.2.0", "kv/db", "kv/db@1.2.0", "db"] {
            check(word, &DB);
        }
        check("a", &[DB[0], DB[1], DB[2], "a:math/add#add"]);
        check("b", &["b:none/empty"]);
        check("a:kv/db@1.3.0", &["x exports nothing called `a:kv/db@1.3.0`", "did you mean `a:kv/db@1.2.0`?"]);
    }

    #[test]
    fn functions_with_and_without_their_interface() {
        check("db@1.2.0#get", &[DB[2]]);
        check("log", &["log"]);
        check("get", &[DB[2]]);
        check("db#get", &[DB[2]]);
        check("db#conn.get", &[DB[1]]);
        check("kv/db#get", &[DB[2]]);
        check("conn", &[DB[0], DB[1]]);
        check("all#get", &[DB[2]]);
        check("all#log", &["log"]);
        check("[method]conn.get", &[DB[1]]);
        check("add#add", &["a:math/add#add"]);
    }

    #[test]
    fn the_name_of_a_method_alone_is_taken_for_it_before_any_other() {
        let items = [instance("a:kv/db", ["get", "set"].map(|name| leaf(&format!("[method]conn.{name}"))).to_vec())];
        let target = Target::parse(Some(&Word { text: "db#get".to_owned(), span: Span::new(0, 6) }));
        assert_eq!(target.nothing(&items, "x imports").help, ["did you mean `conn.get`?"]);
    }

    #[test]
    fn nested_instances() {
        check("outer", &["outer#inner#deep"]);
        check("outer#inner", &["outer#inner#deep"]);
        check("outer#inner#deep", &["outer#inner#deep"]);
        check("outer#deep", &["x exports nothing called `outer#deep`", "did you mean `outer#inner#deep`?"]);
    }

    #[test]
    fn everything_and_nothing() {
        let all = Target::parse(None);
        assert_eq!(all.select(&items(), "x exports").map(|found| found.len()).ok(), Some(7));
        assert_eq!(Target::parse(Some(&Word { text: "c::all".into(), span: Span::new(0, 6) })).parts.len(), 0);
        check("db#gte", &["x exports nothing called `db#gte`", "did you mean `get`?"]);
    }

    #[test]
    fn what_is_not_there_is_told_with_what_is() {
        let check = |word: &str, help: &str| check(word, &[&format!("x exports nothing called `{word}`"), help]);
        let all = "there is `log`, `a:kv/db@1.2.0`, `a:math/add`, `outer`, `b:none/empty`";
        check("nope", all);
        check("x", all);
        check("db#nope", all);
        check("inne", "did you mean `inner`?");
        check("a:mat", "did you mean `a:math`?");
        check("kv", "did you mean `a:kv/db@1.2.0` or `a:kv`?");
        check("conn.gte", "did you mean `conn.get`?");
        let nothing = Target::parse(Some(&Word { text: "f".into(), span: Span::new(0, 1) })).nothing(&[], "x imports");
        assert_eq!(nothing.help, ["x imports nothing at all"]);
    }
}
