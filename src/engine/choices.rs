//! What the engine offers to those who decide who answers imports, what WASI grants and what is denied.
//!
//! A choice holds from the next call on. Where the runtime fixes something at linking, the instances concerned are replaced.

use std::sync::Arc;

use super::denial::Denial;
use super::grants::Grants;
use super::host::Host;
use super::program::Program;
use super::provider::{self, Chosen, Link, Missing, Provider, Selection};
use super::{Engine, implemented_by_wasi, link, lock, stores};
use crate::model::Function;
use crate::value::Value;

/// Who is to answer an import.
#[derive(Clone, Debug)]
pub enum Choice {
    /// Whoever answers by default: WASI, a builtin, or a trap.
    Usual,
    /// Nobody: the guest traps. With what it is for, as it was written.
    Trap(String),
    /// Always this value, which must be of the result's type.
    Value(Value),
    /// The zero value of the result's type.
    Default,
    /// The person at the terminal.
    Ask,
    /// This one.
    Provider(Arc<dyn Provider>),
}

impl Engine {
    /// How often who answers has changed so far.
    pub fn choices_changed(&self) -> u64 {
        self.around.host.providers.changes()
    }

    /// All choices of another component's exports, in the order in which they were made.
    pub fn links(&self) -> Vec<Link> {
        self.around.host.providers.links()
    }

    /// The link that decides about an import of this component: about a function, or about what has none, as an interface of
    /// types alone, whose `name` is empty.
    pub fn link_of(&self, component: u32, interface: Option<&str>, name: &str) -> Option<Link> {
        self.around.host.providers.link_of(component, interface, name)
    }

    /// What was chosen for the imports of one component is chosen for those of another that takes its place, but for links.
    pub fn hand_over(&mut self, from: u32, to: u32) {
        self.around.host.providers.hand_over(from, to);
    }

    /// The components that answer imports of this one, by number; through them it may need others.
    pub fn answering(&self, id: u32) -> Vec<u32> {
        stores::answering(&self.around.host, &self.programs, id)
    }

    /// Who answers an imported function (`wasi`, `builtin`, `trap`…), and how often it was called so far, where that is counted.
    pub fn provider_of(&self, component: u32, function: &Function) -> (String, Option<u64>) {
        let host = &self.around.host;
        if host.denied(function).is_some() {
            return ("denied".into(), Some(host.calls(component, function)));
        }
        if implemented_by_wasi(function) && !link::taken_from_wasi(host, component, function) {
            return ("wasi".into(), None);
        }
        (host.providers.find(component, function).name().into(), Some(host.calls(component, function)))
    }

    /// Decides who answers what is selected, from the next call on. An instance whose WASI is answered by somebody else now,
    /// or by WASI again, is replaced: those components, by name, and how many handles that ended.
    pub fn provide(&mut self, selection: Selection, choice: Choice) -> Vec<(String, usize)> {
        self.provide_all(vec![(selection, choice)])
    }

    /// The same for several selections at once, which costs little more than one.
    pub fn provide_all(&mut self, choices: Vec<(Selection, Choice)>) -> Vec<(String, usize)> {
        let providers = &self.around.host.providers;
        let chosen = choices.into_iter().map(|(selection, choice)| {
            let provider: Option<Arc<dyn Provider>> = match choice {
                Choice::Usual => None,
                Choice::Trap(target) => Some(Arc::new(Missing { chosen: Some(target) })),
                Choice::Value(value) => Some(Arc::new(provider::Fixed(value))),
                Choice::Default => Some(Arc::new(provider::Zero)),
                Choice::Ask => Some(providers.ask()),
                Choice::Provider(provider) => Some(provider),
            };
            Chosen { selection, provider }
        });
        let chosen: Vec<Chosen> = chosen.collect();
        self.with_relinking(|host| chosen.into_iter().for_each(|chosen| host.providers.choose(chosen)))
    }

    /// The decisions of [`Engine::provide`] that win over one for this selection, and who answers there; `None` is whoever does
    /// by default.
    pub fn narrower_choices(&self, than: &Selection) -> Vec<(Selection, Option<String>)> {
        self.around.host.providers.narrower(than)
    }

    /// Takes back a decision of [`Engine::provide`] for exactly this selection; `None` if there was none.
    pub fn unprovide(&mut self, selection: &Selection) -> Option<Vec<(String, usize)>> {
        let mut found = false;
        let replaced = self.with_relinking(|host| found = host.providers.forget(selection));
        found.then_some(replaced)
    }

    /// Whether a builtin could answer this function.
    pub fn has_builtin(&self, function: &Function) -> bool {
        self.around.host.providers.builtin(function).is_some()
    }

    /// Changes who answers, and replaces the instances to which that has to be built in.
    pub(super) fn with_relinking(&mut self, change: impl FnOnce(&Host)) -> Vec<(String, usize)> {
        let host = self.around.host.clone();
        let taken = |program: &Program| -> Vec<bool> {
            let component = &program.component;
            let each = component.imported_functions.iter().map(|f| link::taken_from_wasi(&host, component.id, f));
            each.chain([link::wasi_is_replaced(&host, component)]).collect()
        };
        let before: Vec<Vec<bool>> = self.programs.values().map(&taken).collect();
        change(&host);
        let mut replaced = Vec::new();
        let mut changed = Vec::new();
        for (program, before) in self.programs.values_mut().zip(before) {
            if taken(program) != before {
                program.relink();
                changed.push(program.component.id);
            }
        }
        for id in changed {
            self.replace(id, "its instance was replaced: who answers WASI changed", &mut replaced);
        }
        let ids: Vec<u32> = self.programs.keys().copied().collect();
        for id in ids {
            let (here, needed) = (self.stores.of(id), stores::needed(&host, &self.programs, id));
            if here.is_some() && needed.iter().any(|id| self.stores.of(*id).is_some_and(|other| Some(other) != here)) {
                self.replace(
                    id,
                    "its instance was replaced: who answers its imports lives in another store",
                    &mut replaced,
                );
            }
        }
        replaced
    }

    /// Throws away a component's instance and those that live with it; notes them and how many handles that ended.
    pub(super) fn replace(&mut self, id: u32, why: &str, replaced: &mut Vec<(String, usize)>) {
        let together = self.stores.together_with(id);
        let mut ended = self.stores.throw_away(&self.around, id, why);
        for (_, name) in together {
            replaced.push((name, std::mem::take(&mut ended)));
        }
    }

    /// What WASI grants from now on. What an instance keeps of it, through interfaces whose names begin like `kept`, it was made
    /// with: such instances are replaced. Those components, by name, and how many handles that ended.
    pub fn set_grants(&mut self, grants: Grants, kept: Option<&str>) -> Vec<(String, usize)> {
        self.around.host.http.set(&grants.http);
        self.around.host.providers.set_config(&grants.config);
        self.around.grants = grants;
        self.end_host_wasi("what WASI grants changed");
        let mut replaced = Vec::new();
        let Some(kept) = kept else { return replaced };
        let imports = |program: &Program| program.component.imports.iter().any(|import| import.name.starts_with(kept));
        let concerned: Vec<u32> =
            self.programs.iter().filter(|(_, program)| imports(program)).map(|(id, _)| *id).collect();
        for id in concerned {
            self.replace(id, "its instance was replaced: what WASI grants changed", &mut replaced);
        }
        replaced
    }

    /// Denies what a rule means, from the next call on. Who is told of as in [`Engine::provide`].
    pub fn deny(&mut self, denial: Denial) -> Vec<(String, usize)> {
        self.with_relinking(|host| {
            let mut denials = lock(&host.denials);
            if !denials.contains(&denial) {
                denials.push(denial);
            }
        })
    }

    /// Takes back the denial that was written so; `None` if there was none.
    pub fn undeny(&mut self, text: &str) -> Option<Vec<(String, usize)>> {
        let mut found = false;
        let replaced = self.with_relinking(|host| {
            let mut denials = lock(&host.denials);
            let before = denials.len();
            denials.retain(|denial| denial.text() != text);
            found = denials.len() < before;
        });
        found.then_some(replaced)
    }

    /// The rules that deny something, in the order in which they were made.
    pub fn denials(&self) -> Vec<Denial> {
        lock(&self.around.host.denials).clone()
    }
}
