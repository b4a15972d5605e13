//! `.allow`: grant guests something of WASI, or take a denial back.

use super::imported::fresh_instance;
use super::{Arg, ArgKind, Args, Count, Group, Spec, Word};
use crate::engine::Grants;
use crate::error::{Error, Kind, Result};
use crate::report::Outcome;
use crate::session::Session;
use crate::session::policy::{parse_dir, parse_env, parse_net};

/// What can be granted.
const KINDS: [&str; 3] = ["env", "dir", "net"];

/// `.allow env|dir|net [GRANT]`
pub static SPEC: Spec = Spec {
    name: "allow",
    args: &[
        Arg { name: "WHAT", kind: ArgKind::OneOf(&KINDS), count: Count::One },
        Arg { name: "GRANT", kind: ArgKind::Text, count: Count::Optional },
    ],
    summary: "Grant guests a variable, a directory or a network address",
    details: "`env NAME` grants an environment variable with the shell's own value, `env NAME=VALUE` with another. \
              `dir HOST[::GUEST][:ro]` grants a directory, under another path and read-only if so written. `net HOST:PORT` lets \
              guests connect there; PORT may be `*`, and a name is looked up now, once. `.allow TARGET` takes back the denial that \
              was written so. An instance that could use the grant is replaced at its next call, and the notice says which handles \
              that ended. Denials win over grants; `.policy` shows both.",
    examples: &[
        (".allow dir data::/data:ro", "guests see the folder `data` as `/data`, and cannot change it"),
        (".allow net 127.0.0.1:8080", "guests may connect to one port of this machine"),
    ],
    group: Group::Host,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(what) = args.get(0) else { return Ok(Outcome::default()) };
    let Some(grant) = args.get(1) else { return take_back(session, what) };
    let wrong = |message: String| Error::new(Kind::Parse, message).at(grant.span);
    let mut more = Grants::default();
    let (shown, concerned) = match what.text.as_str() {
        "env" => {
            more.env.push(parse_env(&grant.text).map_err(wrong)?);
            let name = grant.text.split('=').next().unwrap_or_default();
            (format!("env {name}"), "wasi:cli/environment")
        }
        "dir" => {
            more.dirs.push(parse_dir(&grant.text).map_err(wrong)?);
            (format!("dir {}", grant.text), "wasi:filesystem/")
        }
        "net" => {
            more.net.push(parse_net(&grant.text).map_err(wrong)?);
            (format!("net {}", grant.text), "wasi:sockets/")
        }
        other => {
            return Err(Error::new(Kind::Name, format!("`{other}` cannot be granted"))
                .at(what.span)
                .help("what can be is env NAME[=VALUE], dir HOST[::GUEST][:ro] and net HOST:PORT"));
        }
    };
    session.grants.extend(more);
    let replaced = session.engine.set_grants(session.grants.clone(), concerned);
    let outcome = Outcome::default().notice(format!("{shown} is granted"));
    Ok(replaced.iter().fold(outcome, |outcome, replaced| outcome.notice(fresh_instance(replaced))))
}

/// A denial that was written exactly so holds no longer.
fn take_back(session: &mut Session, target: &Word) -> Result<Outcome> {
    match session.engine.undeny(&target.text) {
        Some(replaced) => {
            let outcome = Outcome::default().notice(format!("{} is denied no longer", target.text));
            Ok(replaced.iter().fold(outcome, |outcome, replaced| outcome.notice(fresh_instance(replaced))))
        }
        None if KINDS.contains(&target.text.as_str()) => {
            Err(Error::new(Kind::Parse, format!("`.allow {}` needs what is to be granted", target.text))
                .at(target.span)
                .help("env NAME[=VALUE], dir HOST[::GUEST][:ro] or net HOST:PORT"))
        }
        None => Err(Error::new(Kind::Name, format!("no rule denies `{}`", target.text))
            .at(target.span)
            .help("`.policy` shows the rules; env NAME, dir HOST and net HOST:PORT can be granted")),
    }
}
