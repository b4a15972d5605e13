//! Which component's instance lives in which store, and who must live together.
//!
//! A component shares a store with those that answer its imports; alone otherwise. Stores are made when a call needs them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::back::History;
use super::host::Host;
use super::limits::Limits;
use super::link::Linked;
use super::loops::Loops;
use super::program::{Program, Surroundings};
use super::runner::Stop;
use super::store::{self, Failed, LiveStore};
use super::tasks;
use crate::error::{Error, Kind, Result};
use crate::wording::listed;

/// The loaded components by their numbers.
pub type Programs = BTreeMap<u32, Program>;

/// The living stores.
#[derive(Default)]
pub struct Stores {
    live: BTreeMap<u32, LiveStore>,
    /// The number that the last store got.
    last: Arc<AtomicU32>,
    /// The store of a component that was found to have all that it needs, and the count of changes to the choices then.
    complete: BTreeMap<u32, (u32, u64)>,
    /// What had happened to the stores that failed, by the components that had an instance in them and have none since.
    failed: BTreeMap<u32, Arc<History>>,
}

impl Stores {
    /// The number of the store in which a component has its instance.
    pub fn of(&self, component: u32) -> Option<u32> {
        self.live.iter().find(|(_, store)| store.holds(component)).map(|(number, _)| *number)
    }

    /// The components whose instances share a store with this one's, itself included: their numbers and names.
    pub fn together_with(&self, component: u32) -> Vec<(u32, String)> {
        let store = self.of(component).and_then(|number| self.live.get(&number));
        store.into_iter().flat_map(LiveStore::members).map(|(id, name)| (id, name.to_owned())).collect()
    }

    /// A living store.
    pub fn get_mut(&mut self, number: u32) -> Result<&mut LiveStore> {
        self.live.get_mut(&number).ok_or_else(|| Error::new(Kind::Internal, format!("store {number} is gone")))
    }

    /// What happened to the store in which a component lives, or lived until it failed; then also what happened since to others that
    /// lived there.
    pub fn history_of(&self, component: u32) -> Option<&History> {
        let live = self.of(component).and_then(|number| self.live.get(&number)).map(|store| &store.history);
        live.or_else(|| {
            let failed = self.failed.get(&component)?;
            let all =
                self.live.values().map(|store| &store.history).chain(self.failed.values().map(|history| &**history));
            let later = all.filter(|history| history.is_after(failed)).max_by_key(|history| history.lives());
            Some(later.unwrap_or(failed))
        })
    }

    /// The components whose instance failed, and that have none since.
    pub fn failed(&self) -> Vec<u32> {
        self.failed.keys().copied().collect()
    }

    /// What happened to stores that failed, in which these had instances, is of no use any more.
    pub fn forget_failed(&mut self, components: &[u32]) {
        let forgotten: Vec<_> = components.iter().filter_map(|id| self.failed.remove(id)).collect();
        self.failed.retain(|_, history| !forgotten.iter().any(|other| Arc::ptr_eq(history, other)));
    }

    /// A living store, and the loops of the others in which something is under way.
    pub fn beside(&mut self, limits: &Limits, number: u32) -> Result<(&mut LiveStore, Loops<'_>)> {
        let (mut found, mut loops) = (None, Loops::default());
        for (other, store) in &mut self.live {
            if *other == number {
                found = Some(store);
            } else if store.is_busy() {
                store.join(limits, *other, &mut loops);
            }
        }
        let found = found.ok_or_else(|| Error::new(Kind::Internal, format!("store {number} is gone")))?;
        Ok((found, loops))
    }

    /// The loops of all stores in which something is under way.
    pub fn busy(&mut self, limits: &Limits) -> Loops<'_> {
        let mut loops = Loops::default();
        for (number, store) in &mut self.live {
            if store.is_busy() {
                store.join(limits, *number, &mut loops);
            }
        }
        loops
    }

    /// Whether something is under way anywhere.
    pub fn any_busy(&mut self) -> bool {
        self.live.values_mut().any(LiveStore::is_busy)
    }

    /// Throws away the stores whose loops failed; why each did.
    pub fn settle_all(&mut self, around: &Surroundings, failed: Vec<(u32, Stop)>) -> Vec<Error> {
        let errors = failed.into_iter().filter_map(|(number, stop)| {
            let store = self.live.get(&number)?;
            let names: Vec<&str> = store.members().map(|(_, name)| name).collect();
            let error = store.failed(around, &names.join(" and "), stop);
            self.settle::<()>(around, number, Err(Failed::Inside(error))).err()
        });
        errors.collect()
    }

    /// The store in which a component and all that it needs have instances, made now where they are missing.
    pub fn ready(&mut self, around: &Surroundings, programs: &mut Programs, component: u32) -> Result<u32> {
        let changes = around.host.providers.changes();
        if let Some((number, _)) = self.complete.get(&component).filter(|(_, then)| *then == changes) {
            return Ok(*number);
        }
        let number = self.complete(around, programs, component)?;
        self.complete.insert(component, (number, changes));
        Ok(number)
    }

    fn complete(&mut self, around: &Surroundings, programs: &mut Programs, component: u32) -> Result<u32> {
        let needed = needed(&around.host, programs, component);
        if let Some(number) = self.of(component)
            && needed.iter().all(|id| self.of(*id) == Some(number))
        {
            return Ok(number);
        }
        let together = needed.iter().rev().find_map(|id| self.of(*id));
        let linked = linked(around, programs, &needed, together.and_then(|number| self.live.get(&number)))?;
        // A store of the other runtime, and any in which a part of them lives apart, has to go.
        let number = together.filter(|number| {
            let store = self.live.get(number);
            store
                .is_some_and(|store| linked.iter().all(|(_, pre)| wasmtime::Engine::same(pre.engine(), store.engine())))
        });
        for id in &needed {
            if self.of(*id).is_some_and(|other| Some(other) != number) {
                self.throw_away(around, *id, "its instance was replaced: it is linked now");
            }
        }
        let number = match number {
            Some(number) => number,
            None => {
                let number = self.make(around, programs, component, &linked, &[])?;
                let before = needed.iter().rev().find_map(|id| self.failed.get(id).cloned());
                if let (Some(before), Some(store)) = (before, self.live.get_mut(&number)) {
                    store.history.follow(before);
                }
                number
            }
        };
        self.fill(around, programs, number, &linked)?;
        needed.iter().for_each(|id| drop(self.failed.remove(id)));
        Ok(number)
    }

    /// A store of its own for one run of a component with these arguments, and what it needs; to be ended by the caller.
    pub fn for_run(
        &mut self,
        around: &Surroundings,
        programs: &mut Programs,
        component: u32,
        args: &[String],
    ) -> Result<u32> {
        let needed = needed(&around.host, programs, component);
        let linked = linked(around, programs, &needed, None)?;
        let number = self.make(around, programs, component, &linked, args)?;
        self.fill(around, programs, number, &linked)?;
        Ok(number)
    }

    /// What makes stores of their own for a component and what it needs, as often as wanted.
    pub fn recipe(&self, around: &Surroundings, programs: &mut Programs, component: u32) -> Result<Recipe> {
        let needed = needed(&around.host, programs, component);
        let linked = linked(around, programs, &needed, None)?;
        let named = |(id, linked): (u32, Linked)| {
            let name = programs.get(&id).map_or_else(|| "?".to_owned(), |program| program.name.clone());
            (id, name, linked)
        };
        let parts = linked.into_iter().map(named).collect();
        let args = programs.get(&component).map(Program::file_name).into_iter().collect();
        Ok(Recipe { parts, args, last: self.last.clone() })
    }

    /// A store without instances, of this runtime; to be filled by the caller.
    pub fn empty(&mut self, around: &Surroundings, engine: &wasmtime::Engine, args: &[String]) -> Result<u32> {
        let number = next(&self.last);
        self.live.insert(number, LiveStore::new(around, engine, number, args)?);
        Ok(number)
    }

    /// Ends one store by its number; how many handles that ended.
    pub fn end(&mut self, around: &Surroundings, number: u32, why: &str) -> usize {
        self.complete.retain(|_, (store, _)| *store != number);
        let Some(store) = self.live.remove(&number) else { return 0 };
        // Before the store itself goes, whose streams would else seem to have ended as usual.
        store.lose(why);
        drop(store);
        store::end(around, number, why)
    }

    /// Throws away the store in which a component lives, if there is one; how many handles that ended.
    pub fn throw_away(&mut self, around: &Surroundings, component: u32, why: &str) -> usize {
        let together: Vec<u32> = self.together_with(component).into_iter().map(|(id, _)| id).collect();
        self.forget_failed(&[&together[..], &[component]].concat());
        self.of(component).map_or(0, |number| self.end(around, number, why))
    }

    /// After a call into a store: one that failed is thrown away, and the error says so.
    pub fn settle<T>(
        &mut self,
        around: &Surroundings,
        number: u32,
        outcome: std::result::Result<T, Failed>,
    ) -> Result<T> {
        let error = match outcome {
            Ok(value) => return Ok(value),
            Err(Failed::Before(error)) => return Err(error),
            Err(Failed::Inside(error)) => error,
        };
        let names = self.live.get_mut(&number).map_or_else(String::new, |store| {
            let history = Arc::new(std::mem::take(&mut store.history));
            let (ids, names): (Vec<u32>, Vec<&str>) = store.members().unzip();
            self.failed.extend(ids.into_iter().map(|id| (id, history.clone())));
            listed(&names)
        });
        around.host.log.lose(number, &error);
        let lost = tasks::lost(around, number);
        let handles = match self.end(around, number, &format!("the instance of {names} that it belonged to failed")) {
            0 => String::new(),
            1 => "; 1 handle of the old one is stale".into(),
            n => format!("; {n} handles of the old one are stale"),
        };
        if names.is_empty() {
            return Err(error);
        }
        let error = lost.into_iter().fold(error, Error::note);
        Err(error.note(format!("the next call gets a fresh instance of {names}{handles}")))
    }

    /// A store without instances for these components, of which this one is called.
    pub fn make(
        &mut self,
        around: &Surroundings,
        programs: &Programs,
        component: u32,
        linked: &[(u32, Linked)],
        args: &[String],
    ) -> Result<u32> {
        let file_name = programs.get(&component).map(Program::file_name).unwrap_or_default();
        let args: Vec<String> = std::iter::once(file_name).chain(args.iter().cloned()).collect();
        let (_, first) = linked.first().ok_or_else(|| not_loaded(component))?;
        self.empty(around, first.engine(), &args)
    }

    /// Makes the instances that are missing in a store.
    fn fill(
        &mut self,
        around: &Surroundings,
        programs: &Programs,
        number: u32,
        linked: &[(u32, Linked)],
    ) -> Result<()> {
        for (id, linked) in linked {
            let store = self.get_mut(number)?;
            if store.holds(*id) {
                continue;
            }
            let name = programs.get(id).map_or("?", |program| &*program.name);
            let made = store.instantiate(around, *id, name, linked);
            self.settle(around, number, made)?;
        }
        Ok(())
    }
}

/// What makes stores of their own for a component and what it needs.
pub struct Recipe {
    /// The components with their names, those that are needed first.
    parts: Vec<(u32, String, Linked)>,
    args: Vec<String>,
    last: Arc<AtomicU32>,
}

/// A store that ends with this.
pub struct Made<'a> {
    /// The store.
    pub live: LiveStore,
    around: &'a Surroundings,
    number: u32,
}

impl Recipe {
    /// Makes a store with all its instances.
    pub async fn make<'a>(&self, around: &'a Surroundings) -> Result<Made<'a>> {
        let number = next(&self.last);
        let (_, _, first) =
            self.parts.first().ok_or_else(|| Error::new(Kind::Internal, "nothing is made of nothing"))?;
        let live = LiveStore::new(around, first.engine(), number, &self.args)?;
        let mut made = Made { live, around, number };
        for (id, name, linked) in &self.parts {
            made.live.begin(&around.limits)?;
            if let Err(error) = made.live.add(*id, name, linked).await {
                let error = made.live.failed(around, name, Stop::Error(error));
                return Err(error.note(format!("{name} could not be instantiated")));
            }
        }
        Ok(made)
    }
}

impl Drop for Made<'_> {
    fn drop(&mut self) {
        store::end(self.around, self.number, "its request is over");
    }
}

fn next(last: &AtomicU32) -> u32 {
    last.fetch_add(1, Ordering::Relaxed) + 1
}

/// All of these, ready to be instantiated together: by one runtime, that of the store if it has a say.
pub fn linked(
    around: &Surroundings,
    programs: &mut Programs,
    needed: &[u32],
    store: Option<&LiveStore>,
) -> Result<Vec<(u32, Linked)>> {
    let all = |programs: &mut Programs, engine: Option<&wasmtime::Engine>| -> Result<Vec<(u32, Linked)>> {
        let linked = needed.iter().map(|id| {
            let program = programs.get_mut(id).ok_or_else(|| not_loaded(*id))?;
            Ok((*id, program.linked(around, engine)?))
        });
        linked.collect()
    };
    let made = all(programs, store.map(LiveStore::engine))?;
    // What the quick runtime refuses decides for all: the others are compiled once more.
    let quickest = made.first().map(|(_, first)| first.engine().clone());
    let same =
        quickest.is_some_and(|first| made.iter().all(|(_, linked)| wasmtime::Engine::same(linked.engine(), &first)));
    if same { Ok(made) } else { all(programs, Some(&around.runtimes.full()?)) }
}

/// A component and all whose exports answer its imports, those that are needed first.
pub fn needed(host: &Host, programs: &Programs, component: u32) -> Vec<u32> {
    let (mut order, mut seen) = (Vec::new(), Vec::new());
    visit(host, programs, component, &mut seen, &mut order);
    order
}

fn visit(host: &Host, programs: &Programs, component: u32, seen: &mut Vec<u32>, order: &mut Vec<u32>) {
    if seen.contains(&component) {
        return;
    }
    seen.push(component);
    for next in answering(host, programs, component) {
        visit(host, programs, next, seen, order);
    }
    order.push(component);
}

/// The components that answer imports of this one directly.
pub fn answering(host: &Host, programs: &Programs, component: u32) -> Vec<u32> {
    let imports = programs.get(&component).map(|program| &program.component.imported_functions);
    let links = imports.into_iter().flatten().filter_map(|function| host.providers.linked(component, function));
    let mut answering: Vec<u32> = links.map(|(id, _)| id).filter(|id| programs.contains_key(id)).collect();
    answering.sort_unstable();
    answering.dedup();
    answering
}

fn not_loaded(id: u32) -> Error {
    Error::new(Kind::Internal, format!("component {id} is not loaded"))
}
