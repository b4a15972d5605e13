//! `.link`: let one component answer another's imports.

use std::sync::Arc;

use super::imported::fresh_instance;
use super::target::Target;
use super::{Arg, ArgKind, Args, Count, Group, Spec, Word};
use crate::engine::Selection;
use crate::error::{Error, Kind, Result};
use crate::model::wiring::{self, Matches, Pair};
use crate::model::{Component, Extern, Item, some_of};
use crate::report::Outcome;
use crate::session::links::refused;
use crate::session::{Loaded, Session};

/// `.link A B`
pub static SPEC: Spec = Spec {
    name: "link",
    args: &[
        Arg { name: "A", kind: ArgKind::Export, count: Count::One },
        Arg { name: "B", kind: ArgKind::Import, count: Count::One },
    ],
    summary: "Let what one component exports answer what another imports",
    details: "Every export of A that matches an import of B answers it from now on: names match in versions that can stand in for each \
              other, and the types must fit. `A::IFACE B::IFACE` links one interface, and then the two may have different names. \
              Linked components share a store: they pass resources to each other, and live and trap together. `.imports B` \
              shows who answers; `.unprovide B::IFACE` ends it; `.compose` writes what is linked as one component.",
    examples: &[
        (".link kv-provider kv-store", "all that matches"),
        (".link maths::a:b/sum calc::a:b/add", "one interface, by another of the same types"),
    ],
    group: Group::Host,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let (Some(from), Some(to)) = (args.get(0), args.get(1)) else { return Ok(Outcome::default()) };
    let provider = End::read(session, from, |component| &component.exports, "exports")?;
    let consumer = End::read(session, to, |component| &component.imports, "imports")?;
    let is_itself = provider.loaded.component.id == consumer.loaded.component.id;
    let cycle = session.check_cycle(&provider.loaded, &consumer.loaded).map_err(|error| error.at(to.span));
    if is_itself {
        cycle.clone()?;
    }
    let Matches { pairs, refused: others } = pairs(&provider, &consumer).map_err(|error| error.at(args.span))?;
    let mut said = others.iter().map(|refusal| refused(&provider.loaded, &consumer.loaded, refusal));
    if pairs.is_empty() {
        let nothing = || nothing_matches(&provider.loaded, &consumer.loaded);
        return Err(said.next().unwrap_or_else(nothing).at(args.span));
    }
    cycle?;
    let mut outcome = Outcome::default();
    let mut choices = Vec::new();
    for pair in &pairs {
        let selection = selection(&consumer.loaded, pair);
        let (_, choice) = session.connection(&selection, &provider.loaded, Some(&pair.export))?;
        choices.push((selection, choice));
        let from = &provider.loaded.name;
        let by = if pair.import == pair.export { from.clone() } else { format!("{from}::{}", pair.export) };
        outcome = outcome.notice(format!("{}::{} is answered by {by}", consumer.loaded.name, pair.import));
    }
    let outcome = said.fold(outcome, |outcome, error| outcome.notice(format!("not linked: {}", error.message)));
    let replaced = session.engine.provide_all(choices);
    Ok(replaced.iter().fold(outcome, |outcome, replaced| outcome.notice(fresh_instance(replaced))))
}

/// One side of a link: a component, and one item of its exports or imports if it is only about that.
struct End {
    loaded: Loaded,
    item: Option<Extern>,
}

impl End {
    /// `NAME` or `NAME::ITEM`; `items` and `verb` say which side of the component is meant.
    fn read(session: &Session, word: &Word, items: fn(&Component) -> &Vec<Extern>, verb: &str) -> Result<End> {
        let (name, item) = match word.text.split_once("::") {
            Some((name, item)) => (name, Some(item)),
            None => (&*word.text, None),
        };
        let loaded = session.components.require(name, word.span)?.clone();
        let Some(item) = item else { return Ok(End { loaded, item: None }) };
        let (target, items) = (Target::parse(Some(word)), items(&loaded.component));
        let mut found: Vec<&Extern> = items.iter().filter(|found| &*found.name == item).collect();
        if found.is_empty() {
            let at_root = target.select_whole(items).into_iter().filter(|selected| selected.path.is_empty());
            found = at_root.map(|selected| selected.item).collect();
        }
        match found[..] {
            [found] => Ok(End { item: Some(found.clone()), loaded }),
            [] => Err(target.nothing(items, &format!("`{name}` {verb}"))),
            _ => {
                let names = some_of(found.iter().map(|found| format!("{name}::{}", found.name)));
                Err(Error::new(Kind::Name, format!("`{item}` means several things that {name} {verb}"))
                    .at(word.span)
                    .help(format!("one of {names}")))
            }
        }
    }
}

/// What of the one answers what of the other.
fn pairs(provider: &End, consumer: &End) -> Result<Matches> {
    let mut matches = match (&provider.item, &consumer.item) {
        (Some(export), Some(import)) => match wiring::fitting(import, None, export) {
            Ok(pair) => return Ok(Matches { pairs: vec![pair], refused: Vec::new() }),
            Err(refusal) => return Err(refused(&provider.loaded, &consumer.loaded, &refusal)),
        },
        _ => wiring::matches(&provider.loaded.component, &consumer.loaded.component),
    };
    let is_meant = |pair: &Pair| {
        provider.item.as_ref().is_none_or(|export| export.name == pair.export)
            && consumer.item.as_ref().is_none_or(|import| import.name == pair.import)
    };
    matches.pairs.retain(is_meant);
    matches.refused.retain(|refusal| is_meant(&refusal.pair));
    Ok(matches)
}

/// What the engine is told of a pair.
fn selection(consumer: &Loaded, pair: &Pair) -> Selection {
    let import = wiring::find(&consumer.component.imports, &pair.import).map(|import| &import.item);
    let is_instance = matches!(import, Some(Item::Instance(_)));
    Selection {
        component: Some(consumer.component.id),
        interface: is_instance.then(|| pair.import.to_string()),
        function: (!is_instance).then(|| pair.import.to_string()),
    }
}

fn nothing_matches(provider: &Loaded, consumer: &Loaded) -> Error {
    let (from, to) = (&provider.name, &consumer.name);
    let error = Error::new(Kind::Name, format!("{from} exports nothing that {to} imports"));
    if !wiring::matches(&consumer.component, &provider.component).pairs.is_empty() {
        return error.help(format!("the other way round it fits: `.link {to} {from}`"));
    }
    let names = |externs: &[Extern]| match externs {
        [] => "nothing".to_owned(),
        _ => some_of(externs.iter().map(|item: &Extern| Arc::clone(&item.name).to_string())),
    };
    error
        .note(format!("{from} exports {}", names(&provider.component.exports)))
        .note(format!("{to} imports {}", names(&consumer.component.imports)))
        .help(format!("`.link {from}::IFACE {to}::IFACE` links interfaces of different names whose types fit"))
}
