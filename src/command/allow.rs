//! `.allow`: grant guests something of WASI, or take a denial back.

use super::imported::fresh_instance;
use super::{Arg, ArgKind, Args, Count, Group, Spec, Word};
use crate::engine::Grants;
use crate::error::{Error, Kind, Result};
use crate::report::Outcome;
use crate::session::Session;
use crate::session::policy::{parse_config, parse_dir, parse_env, parse_http, parse_net};

/// What can be granted.
const KINDS: [&str; 5] = ["env", "dir", "net", "http", "config"];

/// How each of them is written.
const FORMS: &str = "env NAME[=VALUE], dir HOST[::GUEST][:ro], net HOST:PORT, http HOST[:PORT] or config KEY=VALUE";

/// `.allow WHAT [GRANT]`
pub static SPEC: Spec = Spec {
    name: "allow",
    args: &[
        Arg { name: "WHAT", kind: ArgKind::OneOf(&KINDS), count: Count::One },
        Arg { name: "GRANT", kind: ArgKind::Text, count: Count::Optional },
    ],
    summary: "Grant guests a variable, directory, network address, host or setting",
    details: "`env NAME` grants an environment variable with the shell's own value, `env NAME=VALUE` with another. \
              `dir HOST[::GUEST][:ro]` grants a directory, under another path and read-only if so written. `net HOST:PORT` lets \
              guests connect there; PORT may be `*`, and a name is looked up now, once. `http HOST[:PORT]` lets guests send HTTP \
              requests to a host, whose \
              addresses need no grant of their own; `*.NAME` means every name below one, `*` every host. `config KEY=VALUE` is a \
              setting that `wasi:config/store` gives. `.allow TARGET` takes back the denial that was written so. An instance that \
              keeps what a grant changes is replaced at its next call, and the notice says which handles that ended. Denials win \
              over grants; `.policy` shows both.",
    examples: &[
        (".allow dir data::/data:ro", "guests see the folder `data` as `/data`, and cannot change it"),
        (".allow http *.example.org", "guests may send requests to every host below `example.org`"),
    ],
    group: Group::Host,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(what) = args.get(0) else { return Ok(Outcome::default()) };
    let Some(grant) = args.get(1) else { return take_back(session, what) };
    let wrong = |message: String| Error::new(Kind::Parse, message).at(grant.span);
    let mut more = Grants::default();
    // What an instance keeps: how the interfaces begin through which it would see the grant. The others are asked for at each use.
    let (shown, kept) = match what.text.as_str() {
        "env" => {
            more.env.push(parse_env(&grant.text).map_err(wrong)?);
            let name = grant.text.split('=').next().unwrap_or_default();
            (format!("env {name}"), Some("wasi:cli/environment"))
        }
        "dir" => {
            more.dirs.push(parse_dir(&grant.text).map_err(wrong)?);
            (format!("dir {}", grant.text), Some("wasi:filesystem/"))
        }
        "net" => {
            more.net.push(parse_net(&grant.text).map_err(wrong)?);
            (format!("net {}", grant.text), Some("wasi:sockets/"))
        }
        "http" => {
            let http = parse_http(&grant.text).map_err(wrong)?;
            let shown = format!("http {http}");
            more.http.push(http);
            (shown, None)
        }
        "config" => {
            let (key, value) = parse_config(&grant.text).map_err(wrong)?;
            let shown = format!("config {key}");
            more.config.push((key, value));
            (shown, None)
        }
        other => {
            return Err(Error::new(Kind::Name, format!("`{other}` cannot be granted"))
                .at(what.span)
                .help(format!("what can be is {FORMS}")));
        }
    };
    session.grants.extend(more);
    let replaced = session.engine.set_grants(session.grants.clone(), kept);
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
                .help(FORMS))
        }
        None => Err(Error::new(Kind::Name, format!("no rule denies `{}`", target.text))
            .at(target.span)
            .help(format!("`.policy` shows the rules; what can be granted is {FORMS}"))),
    }
}
