//! Type names, after ` : `.

use std::collections::BTreeMap;

use crate::eval;
use crate::model::{Extern, Item};
use crate::session::Session;
use crate::syntax::GENERIC;

use super::names::interface_spellings;
use super::{Found, Rank};

/// Every type that continues the word.
pub(super) fn all(session: &Session, word: &str) -> Vec<Found> {
    let mut named = BTreeMap::new();
    for loaded in session.components.all() {
        collect(&loaded.component.exports, "", &mut named);
        collect(&loaded.component.imports, "", &mut named);
    }
    let generic = GENERIC.iter().map(|name| format!("{name}<"));
    let builtin = eval::plain_type_names().map(str::to_owned).chain(generic);
    let builtin = builtin.map(|text| Found::new(Rank::Other, text.clone(), text));
    let qualified = word.rsplit_once('#').map(|(interface, _)| interface);
    let named = named.into_iter().flat_map(|(name, interfaces)| {
        let spelled = interfaces.iter().filter_map(move |interface| spelling(name, interface, qualified));
        spelled.map(|text| Found::new(Rank::Fits, text.clone(), text)).collect::<Vec<_>>()
    });
    named.chain(builtin).collect()
}

/// How a type is written where `qualified#` may have been typed already.
fn spelling(name: &str, interface: &str, qualified: Option<&str>) -> Option<String> {
    match qualified {
        None => Some(name.to_owned()),
        Some(typed) => interface_spellings(interface).any(|known| known == typed).then(|| format!("{typed}#{name}")),
    }
}

/// The types of an instance and of those in it, each with the interfaces that have one of its name.
fn collect<'a>(items: &'a [Extern], interface: &str, named: &mut BTreeMap<&'a str, Vec<String>>) {
    for item in items {
        match &item.item {
            Item::Type(_) | Item::Resource(_) => named.entry(&item.name).or_default().push(interface.to_owned()),
            Item::Instance(inner) if interface.is_empty() => collect(inner, &item.name, named),
            Item::Instance(inner) => collect(inner, &format!("{interface}#{}", item.name), named),
            _ => {}
        }
    }
}
