//! The log of what crossed: the last calls with their values, counts and times of all, and the live trace.
//!
//! It knows nothing of who answers. While nobody asks for it, nothing is kept, and a call pays for one look at a flag.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::carried::Carried;
use super::lock;
use super::recording::Recorder;
use super::used::Used;
use crate::crossing::{Crossing, Ending, LINKED, Step, Way};
use crate::error::{Error, Kind, Result};
use crate::frontend::Frontend;
use crate::model::Function;
use crate::model::pattern::Pattern;
use crate::value::Value;

/// Calls that are kept with their values.
const MOST_CALLS: usize = 10_000;
/// What their values may take, in bytes of memory.
const MOST_BYTES: usize = 64 << 20;

/// A call that is over.
#[derive(Clone, Debug)]
pub struct LoggedCall {
    /// The call.
    pub crossing: Arc<Crossing>,
    /// How it ended.
    pub ending: Ending,
}

/// All calls of one function together.
#[derive(Clone, Debug)]
pub struct CallTotal {
    /// The first of them, without its values.
    pub crossing: Crossing,
    /// How many there were.
    pub calls: u64,
    /// How many of them failed: a trap, a denial, an exit.
    pub failed: u64,
    /// How long they took together, calls inside them included.
    pub time: Duration,
}

/// The log of a session.
pub struct CallLog {
    /// What writes calls to a file.
    pub recorder: Arc<Recorder>,
    frontend: Arc<dyn Frontend>,
    on: AtomicBool,
    /// What happens now happened before.
    paused: AtomicBool,
    /// There were calls that nobody looked at.
    missed: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    last: u64,
    /// Calls under way, in the order in which they began.
    open: Vec<Open>,
    kept: VecDeque<LoggedCall>,
    /// What the values of `kept` take.
    bytes: usize,
    /// The highest number of a call that is not kept any more.
    forgotten: u64,
    totals: HashMap<(Way, Arc<str>, String), CallTotal>,
    used: Used,
    trace: Option<Pattern>,
    /// Which of the calls under way are traced.
    traced: Vec<u64>,
}

/// A call under way, as the log has it.
struct Open {
    crossing: Arc<Crossing>,
    began: Instant,
    /// The store that it ends with at the latest, where that is known.
    store: Option<u32>,
}

/// A call under way, as whoever began it has it. One that is forgotten is logged as given up.
pub struct Opened<'a> {
    log: &'a CallLog,
    number: u64,
    ended: bool,
}

impl CallLog {
    /// A log that keeps nothing yet; what is traced goes to this driver.
    pub fn new(recorder: Arc<Recorder>, frontend: Arc<dyn Frontend>) -> CallLog {
        let [on, paused, missed] = [const { AtomicBool::new(false) }; 3];
        CallLog { recorder, frontend, on, paused, missed, state: Mutex::default() }
    }

    /// Whether calls are kept.
    pub fn is_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    /// Keeps calls from now on. [`super::Engine::watch_calls`] connects what is running anew.
    pub fn turn_on(&self) {
        self.on.store(true, Ordering::Relaxed);
    }

    /// Keeps nothing until it is told otherwise: the calls that happen now are those of before, made again.
    pub fn pause(&self, paused: bool) {
        self.paused.store(paused, Ordering::Relaxed);
    }

    /// A component is called while nobody looks.
    pub fn miss(&self) {
        self.missed.store(true, Ordering::Relaxed);
    }

    /// Whether components were called while nobody looked.
    pub fn has_missed(&self) -> bool {
        self.missed.load(Ordering::Relaxed)
    }

    /// What calls needed of what is granted; nothing where no call was seen, or not all.
    pub fn used(&self) -> Option<Used> {
        let state = lock(&self.state);
        (state.last > 0 && !self.has_missed()).then(|| state.used.clone())
    }

    /// What is traced from now on.
    pub fn trace(&self, pattern: Option<Pattern>) {
        lock(&self.state).trace = pattern;
    }

    /// What is traced.
    pub fn traced(&self) -> Option<Pattern> {
        lock(&self.state).trace.clone()
    }

    /// A call begins; nothing where nobody wants to know.
    pub fn begin(
        &self,
        way: Way,
        caller: &str,
        answerer: &str,
        function: &Arc<Function>,
        args: &[Value],
    ) -> Option<Opened<'_>> {
        if !self.is_on() || self.paused.load(Ordering::Relaxed) {
            return None;
        }
        let mut state = lock(&self.state);
        state.last += 1;
        let parent = state.parent(way, caller);
        let crossing = Arc::new(Crossing {
            number: state.last,
            parent: parent.map(|parent| parent.number),
            depth: parent.map_or(0, |parent| parent.depth + 1),
            way,
            caller: caller.into(),
            answerer: answerer.into(),
            function: function.clone(),
            args: args.iter().cloned().map(as_shown).collect(),
        });
        let is_traced =
            state.trace.as_ref().is_some_and(|trace| trace.means([caller, answerer], function, way != Way::Export));
        let indent = state.indent(&crossing);
        state.open.push(Open { crossing: crossing.clone(), began: Instant::now(), store: None });
        if is_traced {
            state.traced.push(crossing.number);
        }
        drop(state);
        if is_traced {
            self.frontend.crossing(&Step { crossing: &crossing, indent, ending: None });
        }
        Some(Opened { log: self, number: crossing.number, ended: false })
    }

    /// A store failed: the calls that are known to be in it end with this error.
    pub fn lose(&self, store: u32, error: &Error) {
        let newest = || lock(&self.state).open.iter().rev().find(|open| open.store == Some(store)).map(Open::number);
        while let Some(number) = newest() {
            self.end(number, &Err(error.clone()));
        }
    }

    /// A call is over. One that failed takes those along that are under way in it, the latest first.
    fn end(&self, number: u64, result: &Result<Option<Value>>) {
        let inside = if result.is_err() { lock(&self.state).inside(number) } else { Vec::new() };
        inside.into_iter().rev().chain([number]).for_each(|number| self.end_alone(number, result));
    }

    fn end_alone(&self, number: u64, result: &Result<Option<Value>>) {
        let mut state = lock(&self.state);
        // It may have ended with one that it happened in.
        let Some(place) = state.open.iter().position(|open| open.number() == number) else { return };
        let Open { crossing, began, .. } = state.open.remove(place);
        let elapsed = began.elapsed();
        let result = result.as_ref().map(|value| value.clone().map(as_shown)).map_err(Error::clone);
        let (crossing, ending) = (&crossing, Ending { result, elapsed });
        let before = state.traced.len();
        state.traced.retain(|number| *number != crossing.number);
        let is_traced = state.traced.len() < before;
        let indent = state.indent(crossing);
        if is_traced {
            drop(state);
            self.frontend.crossing(&Step { crossing, indent, ending: Some(&ending) });
            state = lock(&self.state);
        }
        self.recorder.call(crossing, &ending);
        if let (Way::Import, Ok(given)) = (crossing.way, &ending.result) {
            state.used.see(crossing, given.as_ref());
        }
        state.count(crossing, &ending);
        state.keep(LoggedCall { crossing: crossing.clone(), ending });
    }

    /// The calls that are over and kept, in the order in which they began.
    pub fn calls(&self) -> Vec<LoggedCall> {
        let mut calls: Vec<LoggedCall> = lock(&self.state).kept.iter().cloned().collect();
        calls.sort_by_key(|call| call.crossing.number);
        calls
    }

    /// The number of the last call that has begun.
    pub fn last(&self) -> u64 {
        lock(&self.state).last
    }

    /// The calls that are meant, in the order in which they began; nothing if one of them may have been forgotten, since they
    /// begin with this number.
    pub fn since(&self, first: u64, is_meant: impl Fn(&Crossing) -> bool) -> Option<Vec<LoggedCall>> {
        let state = lock(&self.state);
        if first <= state.forgotten {
            return None;
        }
        let mut calls: Vec<LoggedCall> = state.kept.iter().filter(|call| is_meant(&call.crossing)).cloned().collect();
        calls.sort_by_key(|call| call.crossing.number);
        Some(calls)
    }

    /// Counts and times of all calls, by function, in the order of the first calls.
    pub fn totals(&self) -> Vec<CallTotal> {
        let mut totals: Vec<CallTotal> = lock(&self.state).totals.values().cloned().collect();
        totals.sort_by_key(|total| total.crossing.number);
        totals
    }
}

impl State {
    /// The call in which one begins: for an import the latest of its component. What the shell calls happens in no other.
    fn parent(&self, way: Way, caller: &str) -> Option<&Arc<Crossing>> {
        let into_caller = |open: &&Open| match open.crossing.way {
            Way::Export | Way::Drop => *open.crossing.answerer == *caller,
            Way::Import => open.crossing.answerer.strip_prefix(LINKED) == Some(caller),
        };
        let parent = match way {
            Way::Export => None,
            Way::Import | Way::Drop => self.open.iter().rev().find(into_caller).or_else(|| self.open.last()),
        };
        parent.map(|open| &open.crossing)
    }

    /// The calls that a call under way happens in, the innermost first.
    fn around<'a>(&'a self, crossing: &Crossing) -> impl Iterator<Item = &'a Crossing> {
        let open = |number: Option<u64>| {
            let number = number?;
            self.open.iter().map(|open| &*open.crossing).find(|open| open.number == number)
        };
        std::iter::successors(open(crossing.parent), move |inner| open(inner.parent))
    }

    /// The calls under way that happen in one.
    fn inside(&self, number: u64) -> Vec<u64> {
        let is_inside = |open: &&Open| self.around(&open.crossing).any(|around| around.number == number);
        self.open.iter().filter(is_inside).map(Open::number).collect()
    }

    /// In how many traced calls one happens.
    fn indent(&self, crossing: &Crossing) -> usize {
        self.around(crossing).filter(|around| self.traced.contains(&around.number)).count()
    }

    fn count(&mut self, crossing: &Crossing, ending: &Ending) {
        let key = (crossing.way, crossing.component().into(), crossing.function.full_name());
        let total = self.totals.entry(key).or_insert_with(|| CallTotal {
            crossing: Crossing { args: Vec::new(), ..crossing.clone() },
            calls: 0,
            failed: 0,
            time: Duration::ZERO,
        });
        total.calls += 1;
        total.failed += u64::from(ending.result.is_err());
        total.time += ending.elapsed;
    }

    fn keep(&mut self, call: LoggedCall) {
        self.bytes += call.bytes();
        self.kept.push_back(call);
        while self.kept.len() > MOST_CALLS || self.bytes > MOST_BYTES {
            let Some(oldest) = self.kept.pop_front() else { return };
            self.bytes -= oldest.bytes();
            self.forgotten = self.forgotten.max(oldest.crossing.number);
        }
    }
}

impl LoggedCall {
    fn bytes(&self) -> usize {
        let result = self.ending.result.as_ref().ok().and_then(Option::as_ref);
        self.crossing.args.iter().chain(result).map(Value::size).sum()
    }
}

impl Open {
    fn number(&self) -> u64 {
        self.crossing.number
    }
}

impl Opened<'_> {
    /// Its number.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// It goes on in a store while others are called, and ends with that at the latest.
    pub fn in_store(self, number: u32) -> Self {
        let mut state = lock(&self.log.state);
        if let Some(open) = state.open.iter_mut().find(|open| open.number() == self.number) {
            open.store = Some(number);
        }
        drop(state);
        self
    }

    /// The call is over.
    pub fn end(mut self, result: &Result<Option<Value>>) {
        self.ended = true;
        self.log.end(self.number, result);
    }
}

/// What a call carries has a number of its own, from 1.
fn as_shown(mut value: Value) -> Value {
    value.renumber_handles(&mut Carried::shown);
    value
}

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.log.end(self.number, &Err(Error::new(Kind::Cancelled, "it was given up before it ended")));
        }
    }
}
