//! Whether what one component exports can stand for what another imports.
//!
//! The rules are the component model's own for the arguments of an instantiation: an instance must have every item that is
//! wanted and may have more, functions and types must be the same. Resource types are the same where they stand under the same
//! name in both instances; those that come from elsewhere, where they have the same name.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::comparison::Comparison;
use super::{Extern, Function, Item, Resource, ResourceId, Type};

/// Why an export cannot stand for an import.
#[derive(Clone, Debug)]
pub enum Misfit {
    /// The instance has nothing of this name; what is wanted.
    Missing(String, &'static str),
    /// This stands for something of another sort: what is wanted, what is offered.
    Sort(String, &'static str, &'static str),
    /// This function has another type: what is wanted, what is offered.
    Function(Arc<Function>, Arc<Function>),
    /// This type has another structure.
    Type(String),
}

/// One sentence, without the signatures of functions that differ.
impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Misfit::Missing(name, sort) => write!(f, "the {sort} `{name}` is missing"),
            Misfit::Sort(name, wanted, offered) => write!(f, "`{name}` is of another sort: {offered}, not {wanted}"),
            Misfit::Function(wanted, _) => write!(f, "the function `{}` has another type", wanted.plain_name()),
            Misfit::Type(name) => write!(f, "the type `{name}` has another structure"),
        }
    }
}

/// Why `offered` cannot stand for `wanted`, if it cannot: the first reason in the order of what is wanted.
pub fn misfit(wanted: &Item, offered: &Item, name: &str) -> Option<Misfit> {
    let mut resources = HashMap::new();
    pair_resources(wanted, offered, &mut resources);
    let mut comparison = Comparison::new(|wanted: &Resource, offered: &Resource| {
        *resources.entry(wanted.id.clone()).or_insert_with(|| same_name(wanted, offered)) == Some(offered.id.clone())
    });
    item(&mut comparison, wanted, offered, name).err()
}

/// Resource types under the same name in both: the one that is offered, by the one that is wanted.
type Pairs = HashMap<ResourceId, Option<ResourceId>>;

fn pair_resources(wanted: &Item, offered: &Item, pairs: &mut Pairs) {
    match (wanted, offered) {
        (Item::Resource(wanted), Item::Resource(offered)) => {
            pairs.entry(wanted.id.clone()).or_insert(Some(offered.id.clone()));
        }
        (Item::Instance(wanted), Item::Instance(offered)) => {
            for wanted in wanted {
                if let Some(offered) = find(offered, &wanted.name) {
                    pair_resources(&wanted.item, &offered.item, pairs);
                }
            }
        }
        _ => {}
    }
}

fn same_name(wanted: &Resource, offered: &Resource) -> Option<ResourceId> {
    (wanted.name.name == offered.name.name).then(|| offered.id.clone())
}

/// The item of this name.
pub fn find<'a>(items: &'a [Extern], name: &str) -> Option<&'a Extern> {
    items.iter().find(|item| &*item.name == name)
}

fn item<F>(comparison: &mut Comparison<F>, wanted: &Item, offered: &Item, name: &str) -> Result<(), Misfit>
where
    F: FnMut(&Resource, &Resource) -> bool,
{
    match (wanted, offered) {
        (Item::Function(wanted), Item::Function(offered)) => match comparison.same_function(wanted, offered) {
            true => Ok(()),
            false => Err(Misfit::Function(wanted.clone(), offered.clone())),
        },
        (Item::Instance(wanted), Item::Instance(offered)) => wanted.iter().try_for_each(|wanted| {
            let name = &*wanted.name;
            let offered = find(offered, name).ok_or_else(|| Misfit::Missing(name.to_owned(), sort(&wanted.item)))?;
            item(comparison, &wanted.item, &offered.item, name)
        }),
        (Item::Type(wanted), Item::Type(offered)) => match comparison.same(wanted, offered) {
            true => Ok(()),
            false => Err(Misfit::Type(name.to_owned())),
        },
        (Item::Resource(wanted), Item::Resource(offered)) => {
            // An imported type that is an alias of another one wants the same of what is offered.
            match comparison.same(&Type::Own(wanted.clone()), &Type::Own(offered.clone())) {
                true => Ok(()),
                false => Err(Misfit::Type(name.to_owned())),
            }
        }
        // What WIT cannot say is described in words: equal words are as much as can be compared.
        (Item::Component(wanted), Item::Component(offered))
        | (Item::CoreModule(wanted), Item::CoreModule(offered))
        | (Item::Other(wanted), Item::Other(offered))
            if wanted == offered =>
        {
            Ok(())
        }
        _ => Err(Misfit::Sort(name.to_owned(), sort(wanted), sort(offered))),
    }
}

/// What an item is, in one or two words.
pub(super) fn sort(item: &Item) -> &'static str {
    match item {
        Item::Function(_) => "function",
        Item::Instance(_) => "instance",
        Item::Type(_) => "type",
        Item::Resource(_) => "resource",
        Item::Component(_) => "component",
        Item::CoreModule(_) => "core module",
        Item::Core(_) => "core item",
        Item::Other(_) => "type",
    }
}
