//! `.policy`: what guests may do through WASI, as a table or as a file.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Arg, ArgKind, Args, Count, Group, Spec, Word, write_file};
use crate::engine::{Denial, Grants, Stdin, implemented_by_wasi};
use crate::error::{Error, Kind, Result};
use crate::model::Function;
use crate::report::{Cell, Outcome, Report, Role, Table, Text};
use crate::session::Session;
use crate::session::policy::{Policy, show_net, written};

/// `.policy [-o FILE]`
pub static SPEC: Spec = Spec {
    name: "policy",
    args: &[
        Arg { name: "-o", kind: ArgKind::OneOf(&["-o"]), count: Count::Optional },
        Arg { name: "FILE", kind: ArgKind::File, count: Count::Optional },
    ],
    summary: "Show what guests may do, or write it to a file for `--policy`",
    details: "A row for each interface of WASI that a loaded component imports, and for what else a rule denies: what is granted of \
              it, which rules deny it or parts of it, and how often its functions were called, where the shell answers them and so \
              counts them. `-o FILE` writes grants and denials as TOML, the values of variables included: of the grants what the calls of this session \
              needed, as narrow as that was, so run the component once and keep what it used. Where no calls were seen, all of them.",
    examples: &[(".policy", "what holds now"), (".policy -o policy.toml", "keep it, for `--policy policy.toml`")],
    group: Group::Host,
    run,
};

/// Grants by the interface that they open: how its name begins, and what they are called in the file.
const OPENED: [(&str, &str); 6] = [
    ("wasi:cli/environment", "env"),
    ("wasi:filesystem/", "dir"),
    ("wasi:sockets/", "net"),
    ("wasi:http/outgoing-handler", "http"),
    ("wasi:http/client", "http"),
    ("wasi:config/", "config"),
];

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    match (args.get(0), args.get(1)) {
        (None, _) => Ok(Report::Table(table(session)).into()),
        (Some(flag), Some(file)) if flag.text == "-o" => write(session, file),
        (Some(flag), _) => Err(Error::new(Kind::Parse, "`.policy` takes nothing, or `-o FILE`").at(flag.span)),
    }
}

/// What was found of one interface.
#[derive(Default)]
struct Row {
    granted: Vec<String>,
    denied: Vec<String>,
    calls: Option<u64>,
}

fn table(session: &Session) -> Table {
    let denials = session.engine.denials();
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for (component, function) in imports(session) {
        let rules: Vec<&Denial> = denials.iter().filter(|denial| denial.means(function)).collect();
        let is_wasi = of_wasi(session, function);
        if !is_wasi && rules.is_empty() {
            continue;
        }
        let interface = function.interface().unwrap_or_else(|| function.full_name());
        let row = rows.entry(interface).or_default();
        if let (_, Some(calls)) = session.engine.provider_of(component, function) {
            *row.calls.get_or_insert(0) += calls;
        }
        rules.iter().map(|rule| rule.text().to_owned()).for_each(|rule| add(&mut row.denied, rule));
        if is_wasi {
            row.granted = granted(&session.grants, &function.path[0]);
        }
    }
    let waiting = denials.iter().filter(|denial| !imports(session).any(|(_, function)| denial.means(function)));
    for denial in waiting {
        add(&mut rows.entry(denial.text().to_owned()).or_default().denied, denial.text().to_owned());
    }
    for (begin, what) in OPENED {
        let granted = granted(&session.grants, begin);
        let is_shown = |name: &String| OPENED.iter().any(|(begin, same)| *same == what && name.starts_with(begin));
        if granted != ["nothing"] && !rows.keys().any(is_shown) {
            rows.entry(begin.trim_end_matches('/').to_owned()).or_default().granted = granted;
        }
    }
    let columns = vec!["interface", "granted", "denied", "calls"];
    let empty = "nothing is granted beyond stdout, stderr, clocks and random, and nothing that is loaded imports WASI";
    Table { columns, rows: rows.into_iter().map(cells).collect(), grouped: false, empty: empty.to_owned() }
}

/// Whether it is a function of WASI that somebody answers: the runtime, or a builtin.
pub(super) fn of_wasi(session: &Session, function: &Function) -> bool {
    let is_named_so = function.path.first().is_some_and(|interface| interface.starts_with("wasi:"));
    implemented_by_wasi(function) || (is_named_so && session.engine.has_builtin(function))
}

fn cells((interface, row): (String, Row)) -> Vec<Cell> {
    let calls = row.calls.map_or_else(Cell::empty, Cell::number);
    vec![Cell::new(Role::Name, interface), list(Role::Good, row.granted), list(Role::Warning, row.denied), calls]
}

/// Several texts in a cell; a list as data.
pub(super) fn list(role: Role, texts: Vec<String>) -> Cell {
    Cell { text: Text::of(role, texts.join(", ")), json: texts.into_iter().map(Json::String).collect() }
}

fn add(texts: &mut Vec<String>, text: String) {
    if !texts.contains(&text) {
        texts.push(text);
    }
}

/// The imported functions of everything that can run, each with its component's number.
fn imports(session: &Session) -> impl Iterator<Item = (u32, &Function)> {
    session.components.all().iter().flat_map(|loaded| {
        let component = &loaded.component;
        component.imported_functions.iter().map(|function| (component.id, &**function))
    })
}

/// What of an interface of WASI is granted; no values of variables.
pub(super) fn granted(grants: &Grants, interface: &str) -> Vec<String> {
    let granted: Vec<String> = if interface.starts_with("wasi:cli/environment") {
        grants.env.iter().map(|(name, _)| format!("env {name}")).collect()
    } else if interface.starts_with("wasi:filesystem/") {
        let only = |read_only| if read_only { ":ro" } else { "" };
        let dirs = grants.dirs.iter();
        dirs.map(|dir| format!("dir {}::{}{}", dir.host.display(), dir.guest, only(dir.read_only))).collect()
    } else if interface.starts_with("wasi:sockets/") {
        grants.net.iter().map(|net| format!("net {}", show_net(net))).collect()
    } else if interface.starts_with("wasi:http/outgoing-handler") || interface.starts_with("wasi:http/client") {
        grants.http.iter().map(|http| format!("http {http}")).collect()
    } else if interface.starts_with("wasi:config/") {
        grants.config.iter().map(|(key, _)| format!("config {key}")).collect()
    } else if interface.starts_with("wasi:cli/stdin") {
        match &grants.stdin {
            Stdin::Closed => Vec::new(),
            shown => vec![super::stdin::shown(shown)],
        }
    } else {
        vec!["all".to_owned()]
    };
    if granted.is_empty() { vec!["nothing".to_owned()] } else { granted }
}

/// Writes what this session's calls needed of what is granted, and what is denied; all that is granted where that is not known.
fn write(session: &Session, file: &Word) -> Result<Outcome> {
    let least = session.engine.least_grants();
    let denials = session.engine.denials();
    let mut comment = "# What guests may do, for `witsh --policy`.\n".to_owned();
    let mut outcome = Outcome::default().notice(format!("wrote {}", file.text));
    match &least {
        Some(least) => {
            comment += "# What this session's calls needed of what was granted, as far as their arguments tell.\n";
            for unused in unused(&session.grants, least) {
                comment += &format!("# Left out: {unused}\n");
                outcome = outcome.notice(format!("left out, since no call needed it: {unused}"));
            }
        }
        None => {
            comment +=
                "# All that is granted: which of it guests need is not known, since no calls were seen, or not all.\n"
        }
    }
    let policy = Policy { grants: least.unwrap_or_else(|| session.grants.clone()), denials };
    let text = written(&policy).map_err(|wrong| Error::new(Kind::Io, wrong))?;
    write_file(file, format!("{comment}\n{text}").as_bytes())?;
    Ok(outcome)
}

/// What is granted and stands otherwise or not at all among what was needed.
fn unused(all: &Grants, least: &Grants) -> Vec<String> {
    let mut unused: Vec<String> = Vec::new();
    for (begin, _) in OPENED {
        let needed = granted(least, begin);
        let of_all = granted(all, begin).into_iter().filter(|grant| grant != "nothing" && !needed.contains(grant));
        of_all.for_each(|grant| match needed.contains(&format!("{grant}:ro")) {
            true => add(&mut unused, format!("writing in {grant}")),
            false => add(&mut unused, grant),
        });
    }
    unused
}
