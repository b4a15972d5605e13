//! What commands and statements return: data for a renderer, never text for a terminal.
//!
//! A closed set of shapes. Leaves are [`Piece`]s: a role (never a colour) and a text that is not yet escaped. `render` turns a
//! report into text or JSON; nothing else may print one.

use serde_json::Value as Json;

use crate::error::{Error, Result};
use crate::value::Typed;

/// What one line gave.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The result proper: what standard output gets.
    pub report: Report,
    /// What else a person should know: standard error, or dim lines at a terminal.
    pub notices: Vec<Text>,
    /// The session ends after this line.
    pub quit: bool,
    /// The guest's exit status, where `.run` has one.
    pub guest_status: Option<u8>,
    /// The report is shown whole, however long it is, where a terminal would cut it.
    pub whole: bool,
    /// The line failed all the same, after it had given the report: a script that stopped half-way.
    pub failure: Option<Error>,
    /// The lines that do the same in a script of the session, where the line itself would not.
    pub saved_as: Option<Vec<String>>,
}

/// A result.
#[derive(Clone, Debug, Default)]
pub enum Report {
    /// Nothing to show: an assignment, a function without a result.
    #[default]
    Nothing,
    /// A value.
    Value(Typed),
    /// Lines of text.
    Text {
        /// The lines.
        lines: Vec<Text>,
        /// The same as data.
        json: Json,
    },
    /// A table.
    Table(Table),
    /// Things in things.
    Tree {
        /// The outermost.
        root: Branch,
        /// The same as data.
        json: Json,
    },
    /// Several, one after the other, each with its title and a blank line before it; without both where the title is empty.
    Many(Vec<(String, Report)>),
}

/// One line, or one cell, in pieces.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text(pub Vec<Piece>);

/// A piece of text with one role.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// What it is, for the renderer to colour.
    pub role: Role,
    /// The text; may hold anything that a component or guest wrote.
    pub text: String,
}

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Nothing special.
    Plain,
    /// A word of the language or of WIT.
    Keyword,
    /// The name of a function, interface, component, variable.
    Name,
    /// A type.
    Type,
    /// A string or char.
    String,
    /// A number.
    Number,
    /// Less important.
    Dim,
    /// A heading.
    Heading,
    /// Something good.
    Good,
    /// Something to look at.
    Warning,
    /// Something wrong.
    Error,
}

/// A table: headings, and rows as long as they are.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// One heading a column; in JSON they are the keys, so they are single lower-case words.
    pub columns: Vec<&'static str>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// The first column says what group a row belongs to: on a screen it becomes a heading over the group.
    pub grouped: bool,
    /// What to say where there are no rows.
    pub empty: String,
}

/// A line of a tree, and what hangs from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Branch {
    /// The line.
    pub text: Text,
    /// Figures, which stand in columns behind the lines, right-aligned.
    pub figures: Vec<Text>,
    /// What hangs from it.
    pub branches: Vec<Branch>,
}

/// One cell.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// What is shown.
    pub text: Text,
    /// The same as data.
    pub json: Json,
}

impl Text {
    /// A line of one plain piece.
    pub fn plain(text: impl Into<String>) -> Text {
        Text::of(Role::Plain, text)
    }

    /// A line of one piece.
    pub fn of(role: Role, text: impl Into<String>) -> Text {
        Text(vec![Piece { role, text: text.into() }])
    }

    /// The same with one more piece at its end.
    pub fn and(mut self, role: Role, text: impl Into<String>) -> Text {
        self.0.push(Piece { role, text: text.into() });
        self
    }

    /// The characters without their roles.
    pub fn raw(&self) -> String {
        self.0.iter().map(|piece| piece.text.as_str()).collect()
    }
}

impl Branch {
    /// A line without figures.
    pub fn new(text: Text) -> Branch {
        Branch { text, ..Branch::default() }
    }
}

impl Cell {
    /// A cell that shows a text and is the same text as data.
    pub fn new(role: Role, text: impl Into<String>) -> Cell {
        let text = text.into();
        Cell { json: Json::String(text.clone()), text: Text::of(role, text) }
    }

    /// A cell that shows nothing and is null as data.
    pub fn empty() -> Cell {
        Cell::default()
    }

    /// A cell that shows a number.
    pub fn number(number: u64) -> Cell {
        Cell { json: number.into(), text: Text::of(Role::Number, number.to_string()) }
    }
}

impl Report {
    /// Plain lines, whose data is the list of them.
    pub fn lines(lines: Vec<Text>) -> Report {
        let json = lines.iter().map(|line| Json::String(line.raw())).collect();
        Report::Text { lines, json: Json::Array(json) }
    }
}

impl From<Report> for Outcome {
    fn from(report: Report) -> Outcome {
        Outcome { report, ..Outcome::default() }
    }
}

impl Outcome {
    /// What went wrong with a line: all of it, or what it stopped at half-way.
    pub fn failure_of(result: &Result<Outcome>) -> Option<&Error> {
        match result {
            Ok(outcome) => outcome.failure.as_ref(),
            Err(error) => Some(error),
        }
    }

    /// The same with one more notice.
    pub fn notice(mut self, text: impl Into<String>) -> Outcome {
        self.notices.push(Text::plain(text));
        self
    }
}
