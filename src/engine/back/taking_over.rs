//! Handles and host resources while a store takes the place of another: what those of then are now.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::engine::call_log::LoggedCall;
use crate::engine::handle::HandleState;
use crate::engine::handle_table::{Entry, HandleTable, Held, Holder};
use crate::engine::host::Host;
use crate::engine::lock;
use crate::error::{Error, Kind, Result};
use crate::model::TypeName;
use crate::value::Value;
use crate::value::renumber::renumber;

/// Why a handle ended that a call had made which was taken back.
pub const TAKEN_BACK: &str = "`.back` took back the call that gave it";

/// Why a handle is none any more although the call that took it was taken back.
const ENDED: &str = "it has ended, and `.back` cannot bring it back";

/// What is noted while a store is brought to where another was.
pub struct TakingOver {
    host: Arc<Host>,
    /// The new store.
    store: u32,
    /// The last number of a handle or host resource before.
    last: u32,
    /// Who held which host resource before.
    holders: BTreeMap<u32, Holder>,
    /// The handles of then, and those that stand for them now.
    handles: HashMap<u32, u32>,
}

impl TakingOver {
    /// Nothing has happened yet in this store.
    pub fn begin(host: &Arc<Host>, store: u32) -> TakingOver {
        let table = lock(&host.handles);
        let (last, holders) = (table.last(), table.holders());
        TakingOver { host: host.clone(), store, last, holders, handles: HashMap::new() }
    }

    /// The handle that stands for one of then, of a resource of this type if it is the host's.
    pub fn handle(&mut self, then: u32, resource: &TypeName) -> Result<u32> {
        if let Some(now) = self.handles.get(&then) {
            return Ok(*now);
        }
        let mut table = lock(&self.host.handles);
        // Of many handles the first ended ones are forgotten: most have the number of what they stood for.
        let rep = table.entry(then).map_or(Some(then), |entry| entry.rep);
        let Some(rep) = rep else {
            return Err(Error::new(Kind::Handle, format!("#{then} is no handle of a host resource")));
        };
        table.replace_ended(rep, resource, Holder::Shell);
        let now = table.add(Entry::new(resource.name.to_string(), Held::Host { rep }));
        self.handles.insert(then, now);
        Ok(now)
    }

    /// The arguments of a call of then, with the handles of now.
    pub fn arguments(&mut self, call: &LoggedCall) -> Result<Vec<Value>> {
        let params = call.crossing.function.params.iter();
        let args = call.crossing.args.iter().zip(params);
        args.map(|(arg, param)| renumber(arg, &param.ty, &mut |then, resource, _| self.handle(then, &resource.name)))
            .collect()
    }

    /// A call gave this, and gave that then.
    pub fn learn(&mut self, now: &Value, then: &Value) {
        self.handles.extend(then.handles().into_iter().zip(now.handles()));
    }

    /// An error if a component that does not go back has a host resource now that is in the new store too.
    pub fn check(&self, left: &[u32]) -> Result<()> {
        let table = lock(&self.host.handles);
        for (rep, before) in &self.holders {
            let Holder::Instance(other, store) = before else { continue };
            let Some(now) = table.resource(*rep).filter(|now| !now.has_ended && self.is_here(&now.holder)) else {
                continue;
            };
            if !left.contains(store) {
                let (name, other) = (&now.resource.name, self.host.component_name(*other));
                let message = format!("it cannot have {name}#{rep} again, which {other} has now");
                return Err(
                    Error::new(Kind::Handle, message).help(format!("`.back {other}` takes back calls of that one"))
                );
            }
        }
        Ok(())
    }

    fn is_here(&self, holder: &Holder) -> bool {
        matches!(holder, Holder::Instance(_, store) if *store == self.store)
    }

    /// Everything is as it was before.
    pub fn undo(self) {
        let mut table = lock(&self.host.handles);
        for rep in table.all_resources() {
            match self.holders.get(&rep) {
                Some(holder) => table.give(rep, *holder),
                None => drop(table.remove_resource(rep)),
            }
        }
        self.handles.values().for_each(|now| drop(table.take(*now)));
        table.forget_store(self.store);
        table.reuse_numbers(self.last);
    }

    /// The new store takes the place of others: the handles of then mean what is in it. `undone` are the shell's calls that are
    /// taken back. How many handles can be used again, and how many ended.
    pub fn finish(self, left: &[u32], undone: &[LoggedCall]) -> (usize, usize) {
        let (mut revived, mut ended) = (0, 0);
        let mut table = lock(&self.host.handles);
        let inside =
            |holder: &Holder, stores: &[u32]| matches!(holder, Holder::Instance(_, store) if stores.contains(store));
        // What others hold they have from elsewhere, later.
        for (rep, before) in &self.holders {
            let now = table.resource(*rep).map(|resource| resource.holder);
            if now.is_some_and(|now| now != *before) && !inside(before, left) && *before != Holder::Shell {
                table.give(*rep, *before);
            }
        }
        for (then, now) in &self.handles {
            let Some(entry) = table.take(*now) else { continue };
            if entry.rep.is_none() {
                let was_live = table.entry(*then).is_some_and(|entry| entry.state == HandleState::Live);
                revived += usize::from(!was_live && entry.state == HandleState::Live);
                table.put(*then, entry);
            }
        }
        table.reuse_numbers(self.last);
        let may_have_it = |holder: &Holder| *holder == Holder::Shell || inside(holder, left);
        for call in undone {
            let given = call.ending.result.as_ref().ok().and_then(Option::as_ref);
            for number in given.map(Value::handles).unwrap_or_default() {
                ended += usize::from(self.end_given(&mut table, number, may_have_it));
            }
            for number in taken_by(call) {
                revived += usize::from(self.revive(&mut table, number, may_have_it));
            }
        }
        ended += table.end_held_in(self.store, "`.back` gave it back to who had it");
        let unheld = table.unheld();
        drop(table);
        unheld.into_iter().for_each(|rep| self.host.drop_resource(rep));
        (revived, ended)
    }

    /// A handle of a host resource that an undone call gave is none any more, also where another undone call took it; whether it
    /// was live.
    fn end_given(&self, table: &mut HandleTable, number: u32, may_have_it: impl Fn(&Holder) -> bool) -> bool {
        let Some(entry) = table.entry_mut(number) else { return false };
        let is_elsewhere = |rep: u32| self.holders.get(&rep).is_some_and(|holder| !may_have_it(holder));
        let Some(false) = entry.rep.map(is_elsewhere) else { return false };
        let was_live = entry.state == HandleState::Live;
        if was_live || matches!(entry.state, HandleState::Moved(_)) {
            (entry.state, entry.held) = (HandleState::Stale(TAKEN_BACK.to_owned()), Held::Nothing);
        }
        was_live
    }

    /// The shell has a host resource again that an undone call took.
    fn revive(&self, table: &mut HandleTable, number: u32, may_have_it: impl Fn(&Holder) -> bool) -> bool {
        let Some(Entry { state: HandleState::Moved(_), rep: Some(rep), .. }) = table.entry(number) else {
            return false;
        };
        let rep = *rep;
        let holder = table.resource(rep).filter(|resource| !resource.has_ended).map(|resource| resource.holder);
        let is_here = holder.is_some_and(|holder| self.is_here(&holder));
        let Some(entry) = table.entry_mut(number) else { return false };
        if holder.is_none() {
            entry.state = HandleState::Stale(ENDED.to_owned());
            return false;
        }
        if is_here || !self.holders.get(&rep).is_some_and(may_have_it) {
            return false;
        }
        (entry.state, entry.held) = (HandleState::Live, Held::Host { rep });
        table.give(rep, Holder::Shell);
        true
    }
}

/// The handles that a call took for good.
fn taken_by(call: &LoggedCall) -> Vec<u32> {
    let mut taken = Vec::new();
    for (arg, param) in call.crossing.args.iter().zip(&call.crossing.function.params) {
        let _ = renumber(arg, &param.ty, &mut |number, _, owned| {
            taken.extend(owned.then_some(number));
            Ok(number)
        });
    }
    taken
}
