//! What may stand at the cursor of a command line: its name, or a word of the kind that its `Spec` says.

use crate::command::{self, ALL, Arg, ArgKind, Count, SETTINGS, Spec, TOPICS, provider_names};
use crate::model::{Component, Extern, Item};
use crate::session::{HOST, Session};

use super::{Found, Rank, continuing, files, names, statement};

/// The place where the word at the cursor begins, and what it may become; `text` ends at the cursor and begins with a dot.
pub(super) fn complete(session: &Session, text: &str, after: &str) -> (usize, Vec<Found>) {
    let Some(name_end) = text.find(char::is_whitespace) else {
        return (0, continuing(commands("."), text));
    };
    let Some(spec) = spec(&text[1..name_end]) else { return (text.len(), Vec::new()) };
    let words = Words::of(text, name_end);
    let Some(arg) = argument(spec, &words, text) else { return (text.len(), Vec::new()) };
    let typed = unquote(&text[words.start..]);
    let found = match arg.kind {
        ArgKind::Expression => return expression(session, text, words.start, after),
        ArgKind::ExpressionOr(others) => {
            let (start, mut found) = expression(session, text, words.start, after);
            if start == words.start {
                found.extend(continuing(plain(others.iter().copied()), &typed));
            }
            return (start, found);
        }
        ArgKind::Variable if !typed.contains(['.', '[']) => statement::variables(&session.variables, None),
        ArgKind::Variable => return expression(session, text, words.start, after),
        ArgKind::File => return (words.start, files::word(&typed)),
        ArgKind::Component => components(session, ""),
        ArgKind::ComponentOrFile => {
            let mut found = continuing(components(session, ""), &typed);
            found.extend(files::word(&typed));
            return (words.start, found);
        }
        ArgKind::Target => targets(session, &typed),
        ArgKind::ImportTarget => imported(session, &typed),
        ArgKind::TargetOr(words) => plain(words.iter().copied()).into_iter().chain(targets(session, &typed)).collect(),
        ArgKind::Export => items(session, &typed, |component| &component.exports),
        ArgKind::Import => items(session, &typed, |component| &component.imports),
        ArgKind::Command => commands("").into_iter().chain(plain(TOPICS.iter().map(|topic| topic.name))).collect(),
        ArgKind::Setting => plain(SETTINGS.iter().map(|setting| setting.name)),
        ArgKind::SettingValue => plain(setting_values(&text[name_end..words.start])),
        ArgKind::OneOf(words) => plain(words.iter().copied()),
        ArgKind::Provider if words.complete == 1 => plain(provider_names()),
        ArgKind::Provider
            if [" python", " replay"].iter().any(|word| text[..words.start].trim_end().ends_with(word)) =>
        {
            return (words.start, files::word(&typed));
        }
        ArgKind::Provider if text[..words.start].trim_end().ends_with(" component") => components(session, ""),
        ArgKind::RequestOption => return (words.start, request_option(&typed)),
        ArgKind::Provider | ArgKind::Text => Vec::new(),
    };
    (words.start, continuing(found, &typed))
}

/// The command of this name, or the only one whose name begins so.
fn spec(name: &str) -> Option<&'static Spec> {
    match command::find(name) {
        command::Found::Exact(spec) | command::Found::Prefix(spec) => Some(spec),
        _ => None,
    }
}

/// The argument that the word at the cursor is.
fn argument(spec: &Spec, words: &Words, text: &str) -> Option<&'static Arg> {
    // What stands before a flag may have been left out.
    let before = text[..words.start].split_whitespace().next_back().filter(|before| before.starts_with('-'));
    let flag = before.and_then(|before| spec.args.iter().position(|arg| arg.name == before));
    let at_flag =
        text[words.start..].starts_with('-').then(|| spec.args.iter().position(|arg| arg.name.starts_with('-')));
    let index = flag.map(|flag| flag + 1).or(at_flag.flatten()).unwrap_or(words.complete);
    let last = spec.args.last().filter(|arg| matches!(arg.count, Count::Any | Count::Line));
    spec.args.get(index).or(last)
}

/// The words before the cursor.
struct Words {
    /// How many are complete.
    complete: usize,
    /// Where the one at the cursor begins.
    start: usize,
}

impl Words {
    /// Splits as a shell does: quotes and backslashes keep a word together.
    fn of(text: &str, from: usize) -> Words {
        let (mut complete, mut start, mut quote, mut escaped) = (0, None, None, false);
        for (at, c) in text[from..].char_indices().map(|(at, c)| (from + at, c)) {
            if escaped {
                escaped = false;
            } else if c == '\\' && quote != Some('\'') {
                escaped = true;
                start.get_or_insert(at);
            } else if quote == Some(c) {
                quote = None;
            } else if quote.is_none() && (c == '"' || c == '\'') {
                quote = Some(c);
                start.get_or_insert(at);
            } else if quote.is_none() && c.is_whitespace() {
                complete += usize::from(start.take().is_some());
            } else {
                start.get_or_insert(at);
            }
        }
        Words { complete, start: start.unwrap_or(text.len()) }
    }
}

/// A word without its quotes and backslashes; it may be half typed.
fn unquote(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut quote = None;
    let mut chars = word.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if quote != Some('\'') => out.extend(chars.next()),
            _ if quote == Some(c) => quote = None,
            '"' | '\'' if quote.is_none() => quote = Some(c),
            _ => out.push(c),
        }
    }
    out
}

fn expression(session: &Session, text: &str, start: usize, after: &str) -> (usize, Vec<Found>) {
    let (inner, found) = statement::complete(session, &text[start..], after);
    (start + inner, found)
}

fn plain<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<Found> {
    words.into_iter().map(|word| Found::new(Rank::Other, word.to_owned(), word.to_owned())).collect()
}

/// `-H`, `-d`, or a file behind `@`.
fn request_option(typed: &str) -> Vec<Found> {
    match typed.strip_prefix('@') {
        Some(path) => files::word(path)
            .into_iter()
            .map(|file| Found::new(Rank::Other, format!("@{}", file.text), file.shown))
            .collect(),
        None => continuing(plain(["-H", "-d"]), typed),
    }
}

/// The values that stand in a setting's usage line, but for placeholders such as `N`.
fn setting_values(name: &str) -> impl Iterator<Item = &'static str> {
    let setting = SETTINGS.iter().find(|setting| setting.name == name.trim());
    let values = setting.into_iter().flat_map(|setting| setting.values.split('|'));
    values.filter(|value| !value.chars().all(|c| c.is_ascii_uppercase()))
}

fn commands(dot: &str) -> Vec<Found> {
    ALL.iter()
        .map(|spec| {
            let name = format!("{dot}{}", spec.name);
            let blank = if dot.is_empty() || spec.args.is_empty() { "" } else { " " };
            Found::new(Rank::Other, format!("{name}{blank}"), format!("{name}  {}", spec.summary))
        })
        .collect()
}

fn components(session: &Session, behind: &str) -> Vec<Found> {
    plain(session.components.all().iter().map(|loaded| loaded.name.as_str()))
        .into_iter()
        .map(|found| Found::new(Rank::Component, found.text + behind, found.shown + behind))
        .collect()
}

/// Components, and behind `comp::` what one exports or imports at its root.
fn items(session: &Session, typed: &str, side: fn(&Component) -> &Vec<Extern>) -> Vec<Found> {
    let (named, _) = names::split_component(typed);
    let Some(loaded) = named.and_then(|name| session.components.named(name)) else { return components(session, "") };
    let items =
        side(&loaded.component).iter().filter(|item| matches!(item.item, Item::Instance(_) | Item::Function(_)));
    items
        .map(|item| {
            let text = format!("{}::{}", loaded.name, item.name);
            Found::new(Rank::Other, text.clone(), text)
        })
        .collect()
}

/// Interfaces, functions and types that the component exports or imports.
fn targets(session: &Session, typed: &str) -> Vec<Found> {
    let (named, rest) = names::split_component(typed);
    if named == Some(HOST) {
        return inside(&session.host_items(), named, rest);
    }
    let loaded = named.map_or(session.components.current(), |name| session.components.named(name));
    let mut found = Vec::new();
    if named.is_none() {
        found = components(session, "::");
        found.extend(plain(["all", "host::"]));
    }
    for component in loaded.into_iter().map(|loaded| &loaded.component) {
        found.extend(inside(&component.exports, named, rest));
        found.extend(inside(&component.imports, named, rest));
    }
    found
}

/// Interfaces and functions that any component imports, or the one that is named.
fn imported(session: &Session, typed: &str) -> Vec<Found> {
    let (named, rest) = names::split_component(typed);
    match named.map(|name| session.components.named(name)) {
        Some(loaded) => loaded.map(|loaded| inside(&loaded.component.imports, named, rest)).unwrap_or_default(),
        None => {
            let mut found = components(session, "::");
            found.extend(plain(["all"]));
            found.extend(inside(&session.host_items(), None, rest));
            found
        }
    }
}

/// What some items offer to a word, of which `comp::` was typed before `rest`.
fn inside(items: &[Extern], named: Option<&str>, rest: &str) -> Vec<Found> {
    let prefix = named.map(|name| format!("{name}::")).unwrap_or_default();
    let mut found = Vec::new();
    items.iter().for_each(|item| target(item, &prefix, rest, &mut found));
    found
}

/// An item itself, or what is in it once its name and `#` have been typed.
fn target(item: &Extern, prefix: &str, typed: &str, found: &mut Vec<Found>) {
    let inside = match (&item.item, typed.rsplit_once('#')) {
        (Item::Instance(inner), Some((interface, _))) => {
            names::interface_spellings(&item.name).any(|known| known == interface).then_some((inner, interface))
        }
        (_, None) => None,
        _ => return,
    };
    match inside {
        Some((inner, interface)) => {
            let names = inner.iter().map(|inner| inner.name.to_string());
            let dropped = inner.iter().filter_map(|inner| inner.drop_name(Some(&item.name)));
            found.extend(names.chain(dropped).map(|name| {
                let text = format!("{prefix}{interface}#{name}");
                Found::new(Rank::Other, text.clone(), text)
            }));
        }
        None => {
            let spellings = names::interface_spellings(&item.name).filter(|spelling| spelling.starts_with(typed));
            if let Some(text) = spellings.map(|spelling| format!("{prefix}{spelling}")).next() {
                found.push(Found::new(Rank::Other, text.clone(), text));
            }
        }
    }
}
