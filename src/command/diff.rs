//! `.diff`: how two components' interfaces differ, and whether one can take the other's place.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value as Json, json};
use similar::{ChangeTag, TextDiff};

use super::obstacles::{data, lines};
use super::{Arg, ArgKind, Args, Count, Group, Spec, Word};
use crate::error::{Error, Kind, Result};
use crate::model::replace::{Named, Replacement, replacement};
use crate::model::{Component, WorldItem, world_items};
use crate::report::{Outcome, Report, Role, Text};
use crate::session::Session;
use crate::wording::{did_you_mean, suggest};

/// `.diff OTHER`
pub static SPEC: Spec = Spec {
    name: "diff",
    args: &[Arg { name: "OTHER", kind: ArgKind::ComponentOrFile, count: Count::One }],
    summary: "Compare two components' interfaces, and say which can replace which",
    details: "OTHER is a loaded component's name, or a file, which stays unloaded. First comes what differs of imports and exports, as \
              WIT, `-` before what only the current component has and `+` before what only OTHER has; then for both directions \
              whether one can take the other's place, or all that is in the way. Who takes a place must export at least as much \
              and import at most as much, with the same types, parameter names included. Nothing is compiled.",
    examples: &[(".diff store-2", "another loaded component"), (".diff build/store.wasm", "a file")],
    group: Group::Look,
    run,
};

/// So many lines are shown before and behind what differs.
const CONTEXT: usize = 3;
/// Long texts that differ in everything are not compared to the last line.
const PATIENCE: Duration = Duration::from_secs(1);

/// One of the two that are compared.
struct Compared {
    name: String,
    items: Vec<WorldItem>,
}

impl Compared {
    /// The WIT of what stands on one side, by name.
    fn texts(&self, is_export: bool) -> HashMap<&str, &str> {
        let items = self.items.iter().filter(|item| item.is_export == is_export);
        items.map(|item| (&*item.item.name, item.text.as_str())).collect()
    }
}

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(word) = args.get(0) else { return Ok(Outcome::default()) };
    let current = session.components.require_current()?.clone();
    let (name, component) = other(session, word)?;
    let (old, new) = (current.component.world(&current.name), component.world(&name));
    let (forth, back) = (replacement(&old, &new), replacement(&new, &old));
    let sides = [
        Compared { name: current.name, items: world_items(&current.component) },
        Compared { name, items: world_items(&component) },
    ];
    let changes = changes(&sides);
    let mut shown = shown(&changes, &sides);
    shown.push(Text::default());
    shown.extend(verdict(&forth, &sides[0].name, &sides[1].name));
    shown.extend(verdict(&back, &sides[1].name, &sides[0].name));
    let json = json!({
        "from": sides[0].name,
        "to": sides[1].name,
        "changes": changes.iter().map(Change::data).collect::<Vec<_>>(),
        "to_for_from": data(&forth, &sides[0].name),
        "from_for_to": data(&back, &sides[1].name),
    });
    Ok(Report::Text { lines: shown, json }.into())
}

/// The component that a word names: one that is loaded, or a file.
fn other(session: &mut Session, word: &Word) -> Result<(String, Arc<Component>)> {
    if let Some(loaded) = session.components.named(&word.text) {
        return Ok((loaded.name.clone(), loaded.component.clone()));
    }
    let path = Path::new(&word.text);
    if !path.exists() && path.extension().is_none() && path.components().count() == 1 {
        let error =
            Error::new(Kind::Name, format!("no component is loaded as `{}`, and there is no such file", word.text));
        let nearest = suggest(&word.text, session.components.all().iter().map(|loaded| loaded.name.as_str()));
        let help = did_you_mean(&nearest).unwrap_or_else(|| "`.components` lists what is loaded".into());
        return Err(error.at(word.span).help(help));
    }
    let component = Component::read(path, session.components.fresh_id(), session.features);
    Ok((word.text.clone(), component.map_err(|error| error.at(word.span))?.into()))
}

fn verdict(found: &Replacement, old: &str, new: &str) -> Vec<Text> {
    let answer = |role, verb: &str| {
        let text = Text::of(Role::Name, new).and(role, format!(" {verb} "));
        text.and(Role::Plain, "take the place of ").and(Role::Name, old)
    };
    lines(found, answer(Role::Good, "can"), answer(Role::Error, "cannot"), old)
}

/// An import or export that is not the same on both sides.
struct Change {
    is_export: bool,
    name: String,
    from: Option<String>,
    to: Option<String>,
}

impl Change {
    fn data(&self) -> Json {
        let what = match (&self.from, &self.to) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "changed",
        };
        json!({
            "side": if self.is_export { "export" } else { "import" },
            "name": self.name,
            "change": what,
            "from": self.from,
            "to": self.to,
        })
    }
}

/// What differs: in the order of the first, and then what only the second has.
fn changes([old, new]: &[Compared; 2]) -> Vec<Change> {
    let mut changes = Vec::new();
    for is_export in [false, true] {
        let externs = |side: &Compared| {
            let items = side.items.iter().filter(|item| item.is_export == is_export);
            items.map(|item| item.item.clone()).collect::<Vec<_>>()
        };
        let (olds, news) = (externs(old), externs(new));
        let (by_old, by_new) = (Named::new(&olds), Named::new(&news));
        let (old_texts, new_texts) = (old.texts(is_export), new.texts(is_export));
        for item in &olds {
            let name = &*item.name;
            let from = old_texts.get(name).map(|text| (*text).to_owned());
            let counterpart = by_new.counterpart(name).and_then(|found| new_texts.get(&*found.name));
            let to = counterpart.map(|text| (*text).to_owned());
            if from != to {
                changes.push(Change { is_export, name: name.to_owned(), from, to });
            }
        }
        for item in news.iter().filter(|item| by_old.counterpart(&item.name).is_none()) {
            let to = new_texts.get(&*item.name).map(|text| (*text).to_owned());
            changes.push(Change { is_export, name: item.name.to_string(), from: None, to });
        }
    }
    changes
}

fn shown(changes: &[Change], [old, new]: &[Compared; 2]) -> Vec<Text> {
    if changes.is_empty() {
        return vec![Text::plain(format!("{} and {} have the same WIT", old.name, new.name))];
    }
    let mut lines =
        vec![Text::of(Role::Error, format!("--- {}", old.name)), Text::of(Role::Good, format!("+++ {}", new.name))];
    for change in changes {
        let (from, to) = (change.from.as_deref().unwrap_or_default(), change.to.as_deref().unwrap_or_default());
        let mut config = TextDiff::configure();
        let diff = config.timeout(PATIENCE).diff_lines(from, to);
        for (i, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
            if i > 0 {
                lines.push(Text::of(Role::Dim, "  …"));
            }
            for changed in group.iter().flat_map(|op| diff.iter_changes(op)) {
                let (sign, role) = match changed.tag() {
                    ChangeTag::Equal => (" ", Role::Plain),
                    ChangeTag::Delete => ("-", Role::Error),
                    ChangeTag::Insert => ("+", Role::Good),
                };
                lines.push(Text::of(role, format!("{sign} {}", changed.value().trim_end_matches('\n'))));
            }
        }
    }
    lines
}
