//! From reports to text: the only room that makes something fit for a terminal.
//!
//! Reports and errors hold whatever a component, a guest or a file wrote. What comes out of here is [`Clean`], the only text
//! that a driver writes: nothing in it can move a cursor, change a title or reorder a line, apart from the colours that
//! `style.rs` put there. This room knows reports, never commands or sessions, and it writes to no stream. Start reading at `text.rs`,
//! then `sanitize.rs`.

pub mod drawing;
pub mod error;
pub mod json;
pub mod question;
pub mod sanitize;
pub mod style;
mod table;
pub mod text;
pub mod trace;
mod tree;
pub mod width;

use std::fmt;

pub use style::Color;

/// Text that is fit for a terminal; only this room makes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clean(String);

impl Clean {
    /// Any text made fit for a terminal; its line breaks stay.
    pub fn block(text: &str) -> Clean {
        Clean(sanitize::block(text).into_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts another one behind it.
    pub fn push(&mut self, more: &Clean) {
        self.0.push_str(&more.0);
    }
}

impl fmt::Display for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// For whom something is rendered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Write colours.
    pub colors: bool,
    /// The size of the screen that results are fitted and cut to; `None` where nothing is wrapped or cut.
    pub screen: Option<Screen>,
}

/// The size of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// In columns.
    pub width: usize,
    /// In rows.
    pub height: usize,
}

impl Screen {
    /// As wide, and so high that nothing is cut to it.
    pub fn endless(self) -> Screen {
        Screen { height: usize::MAX, ..self }
    }

    fn is_endless(self) -> bool {
        self.height == usize::MAX
    }
}

impl Look {
    /// For pipes, files and scripts: no colours, nothing wrapped, nothing cut.
    pub const PLAIN: Look = Look { colors: false, screen: None };
}
