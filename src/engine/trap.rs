//! What the runtime's errors mean to a person.

use std::collections::BTreeMap;

use wasmtime::{FrameInfo, Trap, WasmBacktrace};
use wasmtime_wasi::I32Exit;

use super::backtrace;
use super::instance::Member;
use super::limits::{CROSSING, Limits, MemoryBound};
use crate::error::{Error, Kind};
use crate::units;

/// Why a running call was stopped from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Ctrl-C.
    Interrupt,
    /// The time was over.
    Timeout,
}

/// What was known when a call failed.
pub struct Situation<'a> {
    /// The name of the component that was called.
    pub component: &'a str,
    /// The components that it may have called.
    pub members: &'a BTreeMap<u32, Member>,
    /// The bounds of the call.
    pub limits: &'a Limits,
    /// The store's memory.
    pub memory: &'a MemoryBound,
    /// Whether somebody stopped it.
    pub stopped: Option<Stopped>,
}

/// The error of a call that the runtime ended.
pub fn explain(error: &wasmtime::Error, situation: &Situation<'_>) -> Error {
    let situation = &Situation { component: failing(error, situation), ..*situation };
    let explained = classify(error, situation);
    let explained = match error.downcast_ref::<WasmBacktrace>() {
        // An error from another component that was called brings the whole stack with it.
        Some(trace) if !trace.frames().is_empty() && explained.backtrace.is_empty() => {
            explained.backtrace(backtrace::lines(trace.frames()))
        }
        _ => explained,
    };
    if situation.memory.refused && explained.kind == Kind::Trap {
        let bound = situation.memory.describe();
        return explained.note(format!("its memory had reached the bound of {bound} (`.set memory`)"));
    }
    explained
}

/// The error of a call that was given up because the guest sat in a host call.
pub fn abandoned(situation: &Situation<'_>, provider: Option<String>) -> Error {
    stopped(situation).note(match provider {
        Some(provider) => format!("it was waiting for {provider}"),
        None => "it was waiting in a call of the host".to_owned(),
    })
}

/// The name of the component whose code ran: under a linked call another than the one that was called.
fn failing<'a>(error: &wasmtime::Error, situation: &Situation<'a>) -> &'a str {
    let frames = error.downcast_ref::<WasmBacktrace>().map_or(&[][..], WasmBacktrace::frames);
    let member_of = |frame: &FrameInfo| situation.members.values().find(|member| member.has(frame.module()));
    frames.iter().find_map(member_of).map_or(situation.component, |member| &member.name)
}

fn classify(error: &wasmtime::Error, situation: &Situation<'_>) -> Error {
    if let Some(exit) = error.downcast_ref::<I32Exit>() {
        let status = u8::try_from(exit.0 & 0xff).unwrap_or(u8::MAX);
        return Error::new(Kind::Exit, format!("{} exited with status {}", situation.component, exit.0))
            .guest_status(status);
    }
    if let Some(own) = error.downcast_ref::<Error>() {
        return own.clone();
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => stopped(situation),
        Some(Trap::OutOfFuel) => {
            let fuel = situation.limits.fuel.unwrap_or(u64::MAX);
            Error::new(Kind::Limit, format!("{} used up its fuel of {fuel}", situation.component))
                .help("`.set fuel off` takes the bound away, `.set fuel N` moves it")
        }
        Some(trap) => {
            Error::new(Kind::Trap, format!("{} trapped: {}", situation.component, trap_text(&trap.to_string())))
        }
        None => chain(error, situation),
    }
}

fn stopped(situation: &Situation<'_>) -> Error {
    match (situation.stopped, situation.limits.timeout) {
        (Some(Stopped::Timeout), timeout @ Some(_)) => {
            let timeout = units::show_time(timeout);
            Error::new(Kind::Limit, format!("{} ran longer than the timeout of {timeout}", situation.component))
                .help("`.set timeout off` takes the bound away, `.set timeout 10s` moves it")
        }
        _ => Error::new(Kind::Cancelled, format!("{} was interrupted", situation.component)),
    }
}

/// The runtime's own refusals (a string that is no UTF-8, a list out of bounds): innermost cause first, as a trap is.
fn chain(error: &wasmtime::Error, situation: &Situation<'_>) -> Error {
    let texts = error.chain().map(|cause| cause.to_string());
    let mut texts: Vec<String> =
        texts.filter(|text| !text.starts_with("error while executing at wasm backtrace")).collect();
    let message = texts.pop().unwrap_or_else(|| "it failed without a reason".into());
    // The runtime has no types for these two.
    if message.contains("store handle limit exceeded") {
        return Error::new(Kind::Limit, format!("{} holds as many handles as it may", situation.component))
            .cause(message);
    }
    if message.contains("fuel allocated for hostcalls") {
        let message = format!("{} passed more at once than the shell takes", situation.component);
        return Error::new(Kind::Limit, message)
            .note(format!("the bound is {} MiB, of which an element of a list takes about 40 bytes", CROSSING >> 20))
            .help("pass it in parts");
    }
    let place = if is_of_result(&message, error) { " in what it returned" } else { "" };
    let explained = Error::new(Kind::Trap, format!("{} trapped: {message}{place}", situation.component));
    texts.into_iter().fold(explained, Error::cause)
}

/// Whether the runtime refused what a call returned: it does so when no guest's code runs any more.
fn is_of_result(message: &str, error: &wasmtime::Error) -> bool {
    let refused = ["utf-8", "`char`", "discriminant", "pointer", "out of bounds"];
    error.downcast_ref::<WasmBacktrace>().is_none()
        && !message.starts_with("realloc")
        && refused.iter().any(|part| message.contains(part))
}

fn trap_text(text: &str) -> &str {
    text.strip_prefix("wasm trap: ").unwrap_or(text)
}
