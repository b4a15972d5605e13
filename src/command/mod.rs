//! The commands: one table, one file each.
//!
//! A command is its [`Spec`] and a `run` that takes the session and returns an [`Outcome`]. Help, completion, arity errors,
//! did-you-mean and the reference page all come from the `Spec`. To add one: its file, one line in [`ALL`], one transcript.
//! A command never prints. Beside the commands stand what they share: `lookup.rs` finds one by name, `arguments.rs` splits its
//! words, `target.rs` selects exports and imports, `pattern.rs` calls, `item_table.rs` lists them, `tree_lines.rs` shows what is nested, `process.rs`
//! reads how a provider is started, `answering.rs` lets a component be one.

mod allow;
mod answering;
mod arguments;
mod r#await;
mod back;
mod calls;
mod cancel;
mod close;
mod components;
mod compose;
mod deny;
mod diff;
mod drop;
mod exports;
mod help;
mod http;
mod http_answer;
mod imported;
mod imports;
mod info;
mod item_table;
mod json_highlight;
mod last;
mod link;
mod load;
mod lookup;
mod obstacles;
mod pattern;
mod policy;
mod process;
mod provide;
mod put;
mod quit;
mod reached;
mod read;
mod record;
mod reload;
mod reset;
mod resources;
mod run;
mod save;
mod serve;
mod set;
mod source;
mod stdin;
mod target;
mod targets;
mod tasks;
mod topics;
mod trace;
mod tree;
mod tree_lines;
mod r#type;
mod unload;
mod unprovide;
mod unset;
mod r#use;
mod vars;
mod wait;
mod why;
mod why_detail;
mod wit;
mod wit_highlight;
mod write;

pub use arguments::{arguments, usage};
pub use lookup::{Found, find, unknown_command};
pub use provide::provider_names;
pub use set::SETTINGS;
pub use target::Target;
pub use topics::TOPICS;

use std::path::Path;

use crate::error::{Error, Kind, Result};
use crate::files;
use crate::report::Outcome;
use crate::session::Session;
use crate::syntax::{Span, Word};
use crate::wording::counted;

/// Everything that is known of a command.
pub struct Spec {
    /// Its name without the dot.
    pub name: &'static str,
    /// Its arguments.
    pub args: &'static [Arg],
    /// One line: what it does, imperative, without a final dot.
    pub summary: &'static str,
    /// What `.help NAME` adds: what it prints, what to know.
    pub details: &'static str,
    /// Two examples: the line, and what it is for.
    pub examples: &'static [(&'static str, &'static str)],
    /// The heading in `.help` under which it stands.
    pub group: Group,
    /// What it does.
    pub run: fn(&mut Session, &Args) -> Result<Outcome>,
}

/// The headings of `.help`, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Loading and choosing components.
    Components,
    /// Reading what they are.
    Look,
    /// Calling, values and handles.
    Values,
    /// The host's side: who answers imports.
    Host,
    /// The session itself.
    Session,
}

impl Group {
    /// All of them, in the order of `.help`.
    pub const ALL: [Group; 5] = [Group::Components, Group::Look, Group::Values, Group::Host, Group::Session];

    /// What stands over its commands.
    pub fn heading(self) -> &'static str {
        match self {
            Group::Components => "Components",
            Group::Look => "Looking",
            Group::Values => "Calls, values and handles",
            Group::Host => "The host's side",
            Group::Session => "The session",
        }
    }
}

/// One argument of a command.
pub struct Arg {
    /// Its name in usage lines: `FILE`.
    pub name: &'static str,
    /// What it is, for completion.
    pub kind: ArgKind,
    /// How often it may stand.
    pub count: Count,
}

/// How often an argument may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Once.
    One,
    /// Once or not at all.
    Optional,
    /// Any number of times, also none.
    Any,
    /// The rest of the line as it is, not split into words; arguments before it are words without blanks, those
    /// that follow it are the line's last words.
    Line,
}

/// What an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgKind {
    /// A path.
    File,
    /// The name of a loaded component.
    Component,
    /// The name of a loaded component, or a path.
    ComponentOrFile,
    /// An interface, function, package or type: the TARGET of the contract.
    Target,
    /// An interface or function that is imported.
    ImportTarget,
    /// One of these words, or a TARGET or PATTERN of the contract.
    TargetOr(&'static [&'static str]),
    /// A loaded component, or one of its exports behind `::`.
    Export,
    /// A loaded component, or one of its imports behind `::`.
    Import,
    /// A variable, with its `$` and postfixes.
    Variable,
    /// An expression.
    Expression,
    /// An expression, or one of these words.
    ExpressionOr(&'static [&'static str]),
    /// The name of a setting.
    Setting,
    /// A value of the setting that the word before it names.
    SettingValue,
    /// The name of a command.
    Command,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Who answers an import, with what belongs to it.
    Provider,
    /// What stands behind the path of an HTTP request: `-H`, `-d`, and what belongs to them.
    RequestOption,
    /// Anything.
    Text,
}

/// The arguments of one command line.
#[derive(Clone, Debug)]
pub struct Args {
    /// The command's own place, for errors about missing arguments.
    pub span: Span,
    /// The words, split and unquoted; one word, the whole rest, where the command takes the line.
    pub words: Vec<Word>,
}

/// Writes the file that a word names, whole or not at all.
fn write_file(word: &Word, bytes: &[u8]) -> Result<()> {
    files::write(Path::new(&word.text), bytes)
        .map_err(|why| Error::new(Kind::Io, format!("cannot write {}: {why}", word.text)).at(word.span))
}

impl Args {
    /// The word at `index`, if there is one.
    pub fn get(&self, index: usize) -> Option<&Word> {
        self.words.get(index)
    }
}

/// Every command, in the order of `.help`.
pub static ALL: &[&Spec] = &[
    &load::SPEC,
    &components::SPEC,
    &r#use::SPEC,
    &unload::SPEC,
    &reload::SPEC,
    &reset::SPEC,
    &back::SPEC,
    &wit::SPEC,
    &exports::SPEC,
    &imports::SPEC,
    &why::SPEC,
    &r#type::SPEC,
    &info::SPEC,
    &tree::SPEC,
    &diff::SPEC,
    &targets::SPEC,
    &vars::SPEC,
    &unset::SPEC,
    &resources::SPEC,
    &drop::SPEC,
    &read::SPEC,
    &write::SPEC,
    &close::SPEC,
    &tasks::SPEC,
    &r#await::SPEC,
    &cancel::SPEC,
    &wait::SPEC,
    &last::SPEC,
    &put::SPEC,
    &run::SPEC,
    &http::SPEC,
    &serve::SPEC,
    &provide::SPEC,
    &unprovide::SPEC,
    &link::SPEC,
    &compose::SPEC,
    &allow::SPEC,
    &deny::SPEC,
    &policy::SPEC,
    &trace::SPEC,
    &calls::SPEC,
    &record::SPEC,
    &stdin::SPEC,
    &set::SPEC,
    &source::SPEC,
    &save::SPEC,
    &help::SPEC,
    &quit::SPEC,
];
