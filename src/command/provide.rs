//! `.provide`: decide who answers an import.

use indexmap::IndexSet;

use super::imported::{Import, fresh_instance, narrower_choices, no_imports, select};
use super::target::Target;
use super::{Arg, ArgKind, Args, Count, Group, Spec, Word};
use super::{answering, process};
use crate::engine::{Choice, implemented_by_wasi};
use crate::error::{Error, Kind, Result};
use crate::eval;
use crate::model::Function;
use crate::report::Outcome;
use crate::session::Session;
use crate::syntax::{self, Span, split_words};
use crate::wording::{did_you_mean, suggest};

/// `.provide TARGET PROVIDER`
pub static SPEC: Spec = Spec {
    name: "provide",
    args: &[
        Arg { name: "TARGET", kind: ArgKind::ImportTarget, count: Count::One },
        Arg { name: "PROVIDER", kind: ArgKind::Provider, count: Count::Line },
    ],
    summary: "Decide who answers an import, a whole interface or one function",
    details: "PROVIDER is `value LITERAL` (always this value), `default` (the zero value of the result's type), `component NAME` (what that one exports), `python FILE` or \
              `python 'LAMBDA'`, `exec 'COMMAND'`, `replay LOG` (a recording, for `all`), `ask` (you answer each call), `trap`, `wasi` or `builtin`; `.help providers` says more. The narrower choice \
              wins: one function can be answered by hand while the rest of its interface stays as it was. The next call sees it; where WASI is concerned that takes a fresh instance, \
              and the notice says which handles it ended. `comp::` before TARGET means that component's imports alone.",
    examples: &[
        (".provide wasi:clocks/wall-clock#now value {seconds: 0, nanoseconds: 0}", "stop the clock"),
        (".provide wasi-mindmap:kv-store/kvdb python kv.py", "a store written in Python"),
    ],
    group: Group::Host,
    run,
};

/// Who can answer an import: how that is written, its first word being the provider's name, and who then answers.
pub const PROVIDERS: &[(&str, &str)] = &[
    ("wasi", "the real WASI, with nothing granted but stdout, stderr, clocks and random; `.allow` grants more"),
    ("builtin", "`wasi-mindmap:kv-store/kvdb`: a key-value store in memory, which `.reset` empties"),
    ("builtin", "`log: func(msg: string)` at the root: writes its message to standard error"),
    ("builtin", "`wasi:config/store`: the settings that `.allow config KEY=VALUE` grants"),
    ("builtin", "`wasi:keyvalue` (store, atomics, batch): buckets in memory, which `.reset` empties"),
    ("builtin", "`wasi:logging/logging`: writes its messages to standard error, with level and context"),
    ("component NAME", "what another loaded component exports: `.link` does the same for all that matches"),
    ("value LITERAL", "always this value, for one function"),
    ("default", "the zero value of the result's type: 0, empty, none, ok, the first case, a new resource"),
    ("python FILE", "functions and classes of a Python file, named like those of WIT: `get-value` is `get_value`"),
    ("python 'LAMBDA'", "a Python function, for one function: `python 'lambda a, b: a + b'`"),
    ("exec 'COMMAND'", "any program that speaks JSON lines (docs/provider-protocol.md)"),
    ("replay LOG", "what `.record` wrote down, the answers of an earlier run in their order; for `all` alone"),
    ("ask", "you: the call is shown, and you type what it gives; the rest, while you are at a terminal"),
    ("trap", "the rest otherwise: constructors make handles, everything else traps and names the import"),
];

/// The names of the providers, each once.
pub fn provider_names() -> impl Iterator<Item = &'static str> {
    let names: IndexSet<&str> = PROVIDERS.iter().filter_map(|(written, _)| written.split(' ').next()).collect();
    names.into_iter()
}

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let (Some(target), Some(provider)) = (args.get(0), args.get(1)) else { return Ok(Outcome::default()) };
    if provider.text.split_whitespace().next() == Some("replay") {
        return replay(session, target, provider);
    }
    let imports = select(session, target)?;
    let (name, rest) = provider.text.split_once(char::is_whitespace).unwrap_or((&provider.text, ""));
    let span = Span::new(provider.span.start, provider.span.start + name.len());
    if !provider_names().any(|known| known == name) {
        return Err(unknown(name, span));
    }
    if !matches!(name, "component" | "value" | "python" | "exec") && !rest.trim().is_empty() {
        return Err(Error::new(Kind::Parse, format!("`{name}` takes nothing after it")).at(provider.span));
    }
    if imports.is_empty() {
        return Ok(Outcome::default().notice(no_imports(session)));
    }
    if name == "component" {
        return answering::component(session, &imports, provider, rest);
    }
    let choice = match name {
        "value" => value(session, &imports, provider, rest)?,
        "default" => Choice::Default,
        "python" => process::python(session, &imports, provider, rest)?,
        "exec" => process::exec(session, provider, rest)?,
        "ask" => Choice::Ask,
        "trap" => Choice::Trap(target.text.clone()),
        "wasi" => usual(&imports, "wasi", span, implemented_by_wasi)?,
        _ => usual(&imports, "builtin", span, |function| session.engine.has_builtin(function))?,
    };
    let name = match &choice {
        Choice::Provider(chosen) => chosen.name().to_owned(),
        _ => name.to_owned(),
    };
    let mut outcome = Outcome::default();
    for import in &imports {
        outcome = answering::end_links(session, import, outcome);
        let replaced = session.engine.provide(import.selection.clone(), choice.clone());
        outcome = outcome.notice(format!("{} is answered by {name}", import.shown));
        outcome = replaced.into_iter().fold(outcome, |outcome, replaced| outcome.notice(fresh_instance(&replaced)));
        outcome = narrower_choices(session, import, outcome);
    }
    Ok(outcome)
}

/// A literal of the type that the one function gives.
fn value(session: &mut Session, imports: &[Import], provider: &Word, literal: &str) -> Result<Choice> {
    let one = match imports {
        [import] if import.selection.function.is_some() => import.functions.first(),
        _ => None,
    };
    let function = one.ok_or_else(|| {
        Error::new(Kind::Type, "`value` answers one function, and this names several")
            .help("name one as `INTERFACE#FUNCTION`; `default` answers a whole interface")
    })?;
    let ty = function.result.clone().ok_or_else(|| {
        Error::new(Kind::Type, format!("{} gives no value", function.plain_name()))
            .help("`default` lets it return without doing anything")
    })?;
    let literal_start = provider.text.len() - literal.trim_start().len();
    let offset = provider.span.start + literal_start;
    if literal.trim().is_empty() {
        let example = eval::example(&ty);
        return Err(Error::new(Kind::Parse, "`value` needs a literal").help(format!("for example `value {example}`")));
    }
    let expr = syntax::parse_expression(&provider.text[literal_start..], offset)?;
    let typed = eval::evaluate(session, &expr, Some(&ty))?;
    if !typed.value.handles().is_empty() {
        return Err(Error::new(Kind::Handle, "a handle can be given away once, and `value` answers every call"));
    }
    Ok(Choice::Value(typed.value))
}

/// A recording answers everything or nothing: what one call made the next one uses.
fn replay(session: &mut Session, target: &Word, provider: &Word) -> Result<Outcome> {
    let (rest, span) = process::trimmed(provider, provider.text.strip_prefix("replay").unwrap_or_default());
    let [file] = &split_words(rest, span.start)?[..] else {
        return Err(Error::new(Kind::Parse, "`replay` takes the FILE of a recording")
            .at(provider.span)
            .help("`.record FILE` makes one"));
    };
    if !Target::parse(Some(target)).is_all() || target.text.contains("::") {
        return Err(Error::new(
            Kind::Type,
            "a recording answers all imports, since what one call made the next one uses",
        )
        .at(target.span)
        .help(format!("`.provide all replay {rest}`")));
    }
    let replaced = session.engine.replay(&file.text).map_err(|error| error.at(file.span))?;
    let outcome = Outcome::default().notice(format!("all imports are answered by replay {}", file.text));
    Ok(replaced.iter().fold(outcome, |outcome, replaced| outcome.notice(fresh_instance(replaced))))
}

/// Back to who answers without a choice, which must be the one that is named.
fn usual(imports: &[Import], name: &str, span: Span, has: impl Fn(&Function) -> bool) -> Result<Choice> {
    match imports.iter().flat_map(|import| &import.functions).find(|function| !has(function)) {
        None => Ok(Choice::Usual),
        Some(function) => Err(Error::new(Kind::Provider, format!("{name} has no {}", function.full_name())).at(span)),
    }
}

fn unknown(name: &str, span: Span) -> Error {
    let error = Error::new(Kind::Name, format!("there is no provider `{name}`")).at(span);
    let all = || format!("a provider is one of {}", provider_names().collect::<Vec<_>>().join(", "));
    error.help(did_you_mean(&suggest(name, provider_names())).unwrap_or_else(all))
}
