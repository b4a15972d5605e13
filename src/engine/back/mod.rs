//! `.back`: a component in the state before its last calls.
//!
//! The runtime cannot copy a store, so the calls before those are made again in a fresh one (`history.rs` knows them, the log has
//! their values), where imports give what they gave then (`again.rs`, `answering.rs`). Then the new store takes the place of the old
//! one, and handles mean what lives in it (`taking_over.rs`). Until that has succeeded nothing is changed.

mod again;
mod answering;
mod history;
mod plan;
mod taking_over;

use std::time::Instant;

pub use again::Again;
pub use answering::answer;
pub use history::{Birth, Deed, History};

use super::handle::HandleState;
use super::limits::Limits;
use super::link::Linked;
use super::loops::Loops;
use super::program::Surroundings;
use super::store::{Call, Failed, LiveStore};
use super::{Engine, lock, stores};
use crate::crossing::Way;
use crate::error::{Error, Kind, Result};
use crate::frontend::Progress;
use crate::value::Value;
use crate::wording::counted;
use again::is_same_result;
use plan::{Logged, Plan};
use taking_over::{TAKEN_BACK, TakingOver};

/// Going back that takes longer than this is shown, in seconds.
const SHOW_AFTER: f32 = 0.4;

/// What became of a component that went back.
#[derive(Clone, Debug)]
pub struct WentBack {
    /// The components that live together, and went back together.
    pub components: Vec<String>,
    /// What was taken back, in the order in which it had happened.
    pub taken_back: Vec<String>,
    /// The numbers of these in the log.
    pub numbers: Vec<u64>,
    /// How many calls were made again.
    pub made_again: usize,
    /// How many handles can be used again.
    pub revived: usize,
    /// How many live handles ended.
    pub ended: usize,
}

impl Engine {
    /// Brings a component, and those that live with it, to the state before the last calls that were made from the shell. An error
    /// leaves everything as it was.
    pub fn back(&mut self, id: u32, calls: usize) -> Result<WentBack> {
        let mut plan = Plan::new(self, id, calls)?;
        // Time does not count, since it did not then: Ctrl-C ends what takes too long.
        let unhurried = Limits { timeout: None, fuel: None, ..self.around.limits };
        let limits = std::mem::replace(&mut self.around.limits, unhurried);
        self.around.host.log.pause(true);
        let lived = self.live_again(id, &mut plan);
        self.around.host.log.pause(false);
        self.around.frontend.progress(None);
        self.around.limits = limits;
        let (number, taking_over) = lived?;
        Ok(self.take_place(number, plan, taking_over))
    }

    /// Makes a store in which everything has happened that had happened then.
    fn live_again(&mut self, id: u32, plan: &mut Plan) -> Result<(u32, TakingOver)> {
        let linked = stores::linked(&self.around, &mut self.programs, &plan.members, None)?;
        let number = self.stores.make(&self.around, &self.programs, id, &linked, &[])?;
        let mut taking_over = TakingOver::begin(&self.around.host, number);
        let mut lived = self.be_born(number, &linked, plan);
        let began = Instant::now();
        for index in 0..plan.history.deeds.len() {
            lived = lived.and_then(|()| {
                self.show_progress(began, index, plan.history.deeds.len());
                self.do_again(number, index, plan, &mut taking_over)
            });
        }
        let name = self.programs.get(&id).map_or("?", |program| &*program.name);
        let shared = |error: Error| error.about(format!("{name} cannot go back"));
        match lived.and_then(|()| taking_over.check(&plan.left).map_err(shared)) {
            Ok(()) => {
                *self.stores.get_mut(number)?.again() = None;
                Ok((number, taking_over))
            }
            Err(error) => {
                taking_over.undo();
                self.stores.end(&self.around, number, "`.back` failed");
                Err(error.note("nothing was changed"))
            }
        }
    }

    fn be_born(&mut self, number: u32, linked: &[(u32, Linked)], plan: &mut Plan) -> Result<()> {
        let store = self.stores.get_mut(number)?;
        *store.again() = Some(Again::new(std::mem::take(&mut plan.logged.births)));
        for (id, linked) in linked {
            let name = self.programs.get(id).map_or("?", |program| &*program.name);
            let made = store.instantiate(&self.around, *id, name, linked);
            made.map_err(|failed| went_otherwise(store, failed, name))?;
        }
        ended_the_same(store, "making the instance")
    }

    fn do_again(&mut self, number: u32, index: usize, plan: &mut Plan, taking_over: &mut TakingOver) -> Result<()> {
        let Some(deed) = plan.history.deeds.get(index) else { return Ok(()) };
        let store = self.stores.get_mut(number)?;
        *store.again() = Some(Again::new(plan.logged.imports.remove(&deed.number).unwrap_or_default()));
        let done = deed.again(&plan.logged, store, &self.around, taking_over);
        done.map_err(|failed| went_otherwise(store, failed, &deed.what))?;
        ended_the_same(store, &deed.what)
    }

    fn show_progress(&self, began: Instant, done: usize, all: usize) {
        let seconds = began.elapsed().as_secs_f32();
        if seconds > SHOW_AFTER {
            let what = format!("going back: {done} of {}", counted(all, "call"));
            self.around.frontend.progress(Some(Progress { what: &what, seconds }));
        }
    }

    /// The new store takes the place of those in which its components live now.
    fn take_place(&mut self, number: u32, plan: Plan, taking_over: TakingOver) -> WentBack {
        let undone: Vec<_> =
            plan.undone.iter().filter_map(|deed| plan.logged.calls.get(&deed.number).cloned()).collect();
        let (revived, mut ended) = taking_over.finish(&plan.left, &undone);
        for left in &plan.left {
            ended += self.stores.end(&self.around, *left, TAKEN_BACK);
        }
        self.stores.forget_failed(&plan.members);
        let made_again = plan.history.deeds.len();
        if let Ok(store) = self.stores.get_mut(number) {
            store.history = plan.history;
        }
        let name = |id: &u32| self.programs.get(id).map(|program| program.name.clone());
        let mut components: Vec<String> = plan.members.iter().filter_map(name).collect();
        components.reverse();
        let (numbers, taken_back) = plan.undone.into_iter().map(|deed| (deed.number, deed.what)).unzip();
        WentBack { components, taken_back, numbers, made_again, revived, ended }
    }
}

impl Deed {
    /// Does it in a store that goes back; an error if it gives something else than then.
    fn again(
        &self,
        logged: &Logged,
        store: &mut LiveStore,
        around: &Surroundings,
        taking_over: &mut TakingOver,
    ) -> std::result::Result<(), Failed> {
        let then = logged.calls.get(&self.number);
        let then = then.ok_or_else(|| Error::new(Kind::Internal, format!("call {} is not kept", self.number)))?;
        let args = taking_over.arguments(then)?;
        if let (Way::Drop, [Value::Handle(number)]) = (then.crossing.way, &args[..]) {
            let held = lock(&around.host.handles).end(*number, HandleState::Dropped);
            let owner = store.name(self.component);
            return store.drop_held(around, &owner, held);
        }
        let function = &*then.crossing.function;
        let call = Call { function, args: &args, what: &self.what, reads: &[], of_wasi: None };
        let now = store.call(around, self.component, &call, &mut Loops::default())?;
        if let (Some(now), Ok(Some(then))) = (&now, &then.ending.result) {
            taking_over.learn(now, then);
        }
        match is_same_result(&Ok(now), &then.ending.result, function) {
            true => Ok(()),
            false => Err(Error::new(Kind::Provider, "it gives another result than then").into()),
        }
    }
}

/// The error of something that did not happen again as it had happened.
fn went_otherwise(store: &mut LiveStore, failed: Failed, what: &str) -> Error {
    let differs = store.again().as_mut().and_then(Again::differs);
    cannot_repeat(differs.unwrap_or_else(|| failed.into_error()), what)
}

/// An error if something was done again, and not all of its imports were called.
fn ended_the_same(store: &mut LiveStore, what: &str) -> Result<()> {
    store.again().take().map_or(Ok(()), Again::end).map_err(|error| cannot_repeat(error, what))
}

fn cannot_repeat(why: Error, what: &str) -> Error {
    match why.kind {
        Kind::Cancelled => why,
        _ => why.about(format!("`{what}` cannot be done again")),
    }
}
