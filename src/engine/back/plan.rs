//! What has to be done so that a component goes back: which calls are made again, and what their imports answered.

use std::collections::HashMap;

use super::{Deed, History};
use crate::crossing::Way;
use crate::engine::call_log::LoggedCall;
use crate::engine::recording::can_stream;
use crate::engine::{Engine, not_loaded};
use crate::error::{Error, Kind, Result};
use crate::wording::counted;

/// What has to be done.
pub struct Plan {
    /// The components that live together, those that are needed first.
    pub members: Vec<u32>,
    /// The living stores that end: those in which they live now.
    pub left: Vec<u32>,
    /// What happened up to there.
    pub history: History,
    /// What happened since, and is taken back.
    pub undone: Vec<Deed>,
    /// What the log has of all that.
    pub logged: Logged,
}

/// Calls as the log has them.
#[derive(Default)]
pub struct Logged {
    /// The shell's own, by their numbers.
    pub calls: HashMap<u64, LoggedCall>,
    /// The calls of imports in each of them, by its number.
    pub imports: HashMap<u64, Vec<LoggedCall>>,
    /// The calls of imports while instances were made.
    pub births: Vec<LoggedCall>,
}

impl Plan {
    /// What brings a component to where it was before its last calls, or why nothing can.
    pub fn new(engine: &mut Engine, id: u32, calls: usize) -> Result<Plan> {
        let program = engine.programs.get(&id).ok_or_else(|| not_loaded(id))?;
        program.check_kind()?;
        let name = program.name.clone();
        let history = engine.stores.history_of(id).filter(|history| !history.is_empty());
        let history = history.ok_or_else(|| not_called(engine, &name))?;
        let (history, undone) = since(history, calls, &name)?;
        let members = members(engine, &history).map_err(|why| cannot(&name, why))?;
        let left = left(engine, id, &members, &undone).map_err(|why| cannot(&name, &why))?;
        let busy = |number: &u32| engine.stores.get_mut(*number).is_ok_and(|store| store.holds_tasks());
        if left.iter().any(busy) {
            return Err(cannot(&name, "something is still under way in it").help("`.tasks` lists what was started"));
        }
        let host = &engine.around.host;
        if members.iter().any(|id| host.providers.replayed(*id).is_some()) {
            return Err(cannot(&name, "a recording answers its imports").help("`.reset` begins the recording anew"));
        }
        let logged = Logged::of(engine, &history, &undone).map_err(|why| cannot(&name, &why))?;
        Ok(Plan { members, left, history, undone, logged })
    }
}

/// The error for one that was not called, which says who was last.
fn not_called(engine: &Engine, name: &str) -> Error {
    let last = |id: &u32| engine.stores.history_of(*id)?.deeds.last().map(|deed| deed.number);
    let error = Error::new(Kind::Name, format!("{name} has not been called since its instance was fresh"));
    match engine.programs.iter().filter_map(|(id, other)| Some((last(id)?, &other.name))).max() {
        Some((_, other)) => error.help(format!("`.back {other}` takes back the last call, which was one of {other}")),
        None => error,
    }
}

/// The history up to where the last calls begin, and these; through the stores that failed before, if that far.
fn since(mut history: &History, calls: usize, name: &str) -> Result<(History, Vec<Deed>)> {
    let mut undone = Vec::new();
    loop {
        if let Some(obstacle) = &history.obstacle {
            let help = "`.reset` gives it a fresh instance; what is called from then on can be taken back";
            return Err(cannot(name, obstacle).help(help));
        }
        let from = history.deeds.len().saturating_sub(calls - undone.len());
        undone.splice(0..0, history.deeds[from..].iter().cloned());
        if undone.len() == calls {
            return Ok((history.until(from), undone));
        }
        let Some(before) = &history.before else { break };
        history = before;
    }
    let number = undone.len();
    let message = format!("{name} has had only {} since its instance was fresh", counted(number, "call"));
    Err(Error::new(Kind::Name, message).help(format!("`.back {number}` takes back all of them")))
}

/// The components that lived together then, in the order in which they got their instances.
fn members(engine: &Engine, history: &History) -> std::result::Result<Vec<u32>, &'static str> {
    let members: Vec<u32> = history.born.iter().map(|born| born.component).collect();
    match members.iter().all(|id| engine.programs.contains_key(id)) {
        true => Ok(members),
        false => Err("what it was linked to then is not loaded any more"),
    }
}

/// The stores in which those live now that go back, or why one of them must not end.
fn left(engine: &Engine, id: u32, members: &[u32], undone: &[Deed]) -> std::result::Result<Vec<u32>, String> {
    let mut left = Vec::new();
    let last = undone.last().map(|deed| deed.number);
    for member in members.iter().chain([&id]) {
        let Some(number) = engine.stores.of(*member).filter(|number| !left.contains(number)) else { continue };
        let others_last = engine.stores.history_of(*member).and_then(|history| history.deeds.last());
        if others_last.is_some_and(|deed| Some(deed.number) != last) {
            let name = engine.programs.get(member).map_or("?", |program| &*program.name);
            return Err(format!("{name} would go back with it, and was called by itself since"));
        }
        left.push(number);
    }
    Ok(left)
}

fn cannot(name: &str, why: &str) -> Error {
    Error::new(Kind::Handle, format!("{name} cannot go back: {why}"))
}

impl Logged {
    /// All that a history needs, or why it is not there.
    fn of(engine: &Engine, history: &History, undone: &[Deed]) -> std::result::Result<Logged, String> {
        let mut logged = Logged::default();
        let first = history.first().or_else(|| undone.first().map(|deed| deed.number));
        let kept = engine.around.host.log.since(first.unwrap_or_default(), |_| true);
        let kept = kept.ok_or("its first calls are not kept any more")?;
        // The call of the shell that each happened in; none for what happened while instances were made.
        let mut inside: HashMap<u64, Option<u64>> = HashMap::new();
        let name = |deed: &Deed| engine.programs.get(&deed.component).map(|program| &*program.name);
        let went: Vec<&str> = history.deeds.iter().filter_map(name).collect();
        let deeds: Vec<u64> = history.deeds.iter().chain(undone).map(|deed| deed.number).collect();
        for call in kept {
            let number = call.crossing.number;
            if deeds.binary_search(&number).is_ok() {
                inside.insert(number, Some(number));
                logged.calls.insert(number, call);
                continue;
            }
            let parent = call.crossing.parent.and_then(|parent| inside.get(&parent).copied());
            let Some(root) = parent.or_else(|| history.is_birth(number).then_some(None)) else {
                let is_before = undone.first().is_none_or(|deed| number < deed.number);
                let is_alone = call.crossing.way == Way::Import && call.crossing.parent.is_none();
                if is_before && is_alone && went.contains(&&*call.crossing.caller) {
                    return Err("it went on after a call had returned, and called imports then".to_owned());
                }
                continue;
            };
            inside.insert(number, root);
            match (call.crossing.way, root) {
                (Way::Import, Some(root)) => logged.imports.entry(root).or_default().push(call),
                (Way::Import, None) => logged.births.push(call),
                _ => {}
            }
        }
        logged.check(history)?;
        Ok(logged)
    }

    /// An error if something passed that the log does not have.
    fn check(&self, history: &History) -> std::result::Result<(), String> {
        let again = history.deeds.iter().map(|deed| deed.number);
        let calls = again.flat_map(|number| {
            self.calls.get(&number).into_iter().chain(self.imports.get(&number).into_iter().flatten())
        });
        for call in calls.chain(&self.births) {
            let function = &call.crossing.function;
            if function.params.iter().map(|param| &param.ty).chain(&function.result).any(can_stream) {
                return Err(format!("what flowed through the streams of {} is not kept", function.full_name()));
            }
        }
        Ok(())
    }
}
