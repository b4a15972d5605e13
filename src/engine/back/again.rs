//! The calls of imports that happen again in a store that goes back: which one comes next, and whether it is the same.

use crate::crossing::{Way, in_short};
use crate::engine::call_log::LoggedCall;
use crate::engine::carried::Carried;
use crate::engine::recording;
use crate::error::{Error, Kind, Result};
use crate::model::{Function, Type};
use crate::value::Value;

/// The calls of imports that happen again, and what came back then.
pub struct Again {
    calls: Vec<LoggedCall>,
    /// Which of them have happened.
    happened: Vec<bool>,
    /// All of them before this one have.
    first: usize,
    /// The first call that is another than then.
    differs: Option<Error>,
}

impl Again {
    /// For the calls that happened while something was done, in the order in which they began.
    pub fn new(calls: Vec<LoggedCall>) -> Again {
        Again { happened: vec![false; calls.len()], first: 0, calls, differs: None }
    }

    /// What was done is done again: an error if anything went another way than then.
    pub fn end(mut self) -> Result<()> {
        if let Some(differs) = self.differs.take() {
            return Err(differs);
        }
        let missing = self.calls.iter().zip(&self.happened).find(|(_, happened)| !**happened);
        missing.map_or(Ok(()), |(call, _)| {
            Err(Error::new(Kind::Provider, format!("call {} does not happen again", call.crossing.number))
                .note(format!("then: {}", in_short(&call.crossing.function, &call.crossing.args))))
        })
    }

    /// It cannot go on as then.
    pub fn fail(&mut self, differs: Error) {
        self.differs = Some(differs);
    }

    /// What differs, if anything does.
    pub fn differs(&mut self) -> Option<Error> {
        self.differs.take()
    }

    /// The call that this is: the next one of its component, or for an async function, which may begin in another order, the
    /// next one that is the same.
    pub fn next(&mut self, caller: &str, function: &Function, args: &[Value]) -> Result<LoggedCall> {
        let mut expected = None;
        self.first += self.happened[self.first..].iter().take_while(|happened| **happened).count();
        for (call, happened) in self.calls.iter().zip(&mut self.happened).skip(self.first) {
            if *happened || *call.crossing.caller != *caller {
                continue;
            }
            if is_same_call(call, function, args) {
                *happened = true;
                return Ok(call.clone());
            }
            expected = expected.or(Some(call));
            if !function.is_async {
                break;
            }
        }
        let error = Error::new(Kind::Provider, "another import is called than then");
        let error = match expected {
            Some(call) => error.note(format!("then: {}", in_short(&call.crossing.function, &call.crossing.args))),
            None => error.note("then: none any more"),
        };
        let error = error.note(format!("now: {}", in_short(function, &args.iter().map(as_shown).collect::<Vec<_>>())));
        self.differs = Some(error.clone());
        Err(error)
    }
}

fn is_same_call(then: &LoggedCall, function: &Function, args: &[Value]) -> bool {
    let crossing = &then.crossing;
    if crossing.way != Way::Import || crossing.function.full_name() != function.full_name() {
        return false;
    }
    // What is denied is denied before its arguments are read.
    let was_read = crossing.args.len() == args.len();
    !was_read
        || crossing
            .args
            .iter()
            .zip(args)
            .zip(&function.params)
            .all(|((then, now), param)| is_same(then, now, &param.ty))
}

/// Whether two results are the same, but for the numbers of handles.
pub fn is_same_result(now: &Result<Option<Value>>, then: &Result<Option<Value>>, function: &Function) -> bool {
    match (now, then, &function.result) {
        (Ok(Some(now)), Ok(Some(then)), Some(ty)) => is_same(now, then, ty),
        (Ok(None), Ok(None), _) => true,
        _ => false,
    }
}

fn as_shown(arg: &Value) -> Value {
    let mut arg = arg.clone();
    arg.renumber_handles(&mut Carried::shown);
    arg
}

fn is_same(one: &Value, other: &Value, ty: &Type) -> bool {
    let without_numbers = |value: &Value| {
        let mut value = value.clone();
        value.renumber_handles(&mut |_| 0);
        recording::value(&value, ty)
    };
    // The quick way first, which differs for handles and for what is not a number.
    one == other || without_numbers(one) == without_numbers(other)
}
