//! The one error type that crosses room boundaries, and its exit codes.
//!
//! An error says what was wrong (`message`), where (`span`, a byte range of the line that was typed, with a `label` under the
//! caret), what would be right (`help`), what else to know (`notes`) and what lay behind it (`causes`, outermost first).
//! Nothing here is escaped: the text may hold foreign bytes, and only `render` turns it into something for a terminal.

use std::fmt;

use crate::span::Span;

/// The result of everything that can fail on what a user, a file or a guest supplied.
pub type Result<T> = std::result::Result<T, Error>;

/// What sort of thing went wrong: the `kind` field of the JSON form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The line is not of the language.
    Parse,
    /// A value does not fit its type.
    Type,
    /// A name means nothing, or several things.
    Name,
    /// The guest trapped.
    Trap,
    /// The guest called `exit`, or its `run` failed.
    Exit,
    /// The policy forbids it.
    Denied,
    /// A handle is moved, dropped, stale or of another type.
    Handle,
    /// A bound of time, fuel, memory or size was reached.
    Limit,
    /// Ctrl-C.
    Cancelled,
    /// A file is no component that can be loaded.
    Load,
    /// The operating system refused.
    Io,
    /// The provider of an import failed.
    Provider,
    /// A defect of the shell itself.
    Internal,
}

impl Kind {
    const ALL: [Kind; 13] = [
        Kind::Parse,
        Kind::Type,
        Kind::Name,
        Kind::Trap,
        Kind::Exit,
        Kind::Denied,
        Kind::Handle,
        Kind::Limit,
        Kind::Cancelled,
        Kind::Load,
        Kind::Io,
        Kind::Provider,
        Kind::Internal,
    ];

    /// The kind that is spelled so in JSON.
    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The spelling in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Parse => "parse",
            Kind::Type => "type",
            Kind::Name => "name",
            Kind::Trap => "trap",
            Kind::Exit => "exit",
            Kind::Denied => "denied",
            Kind::Handle => "handle",
            Kind::Limit => "limit",
            Kind::Cancelled => "cancelled",
            Kind::Load => "load",
            Kind::Io => "io",
            Kind::Provider => "provider",
            Kind::Internal => "internal",
        }
    }
}

/// The process's exit status when the command line itself is wrong or a file cannot be loaded.
pub const EXIT_USAGE: u8 = 2;
/// The process's exit status when a line failed.
pub const EXIT_FAILED: u8 = 1;
/// The process's exit status after Ctrl-C.
pub const EXIT_INTERRUPTED: u8 = 130;

/// A failure of one line.
#[derive(Clone, Debug)]
pub struct Error(Box<Details>);

/// What an [`Error`] carries.
#[derive(Clone, Debug)]
pub struct Details {
    /// The sort of failure.
    pub kind: Kind,
    /// One sentence without a final dot: what was wrong.
    pub message: String,
    /// Bytes of the typed line that the message is about.
    pub span: Option<Span>,
    /// What stands behind the caret: the place's meaning, such as the parameter and its function.
    pub label: Option<String>,
    /// What would be right: nearest names, an example, the command to type.
    pub help: Vec<String>,
    /// What else to know: that an instance was replaced, where a handle went.
    pub notes: Vec<String>,
    /// What lay behind it, outermost first.
    pub causes: Vec<String>,
    /// Lines of a guest's backtrace, innermost frame first.
    pub backtrace: Vec<String>,
    /// The guest's own exit status, for [`Kind::Exit`].
    pub guest_status: Option<u8>,
}

impl Error {
    /// An error of `kind` with its message and nothing else yet.
    pub fn new(kind: Kind, message: impl Into<String>) -> Error {
        Error(Box::new(Details {
            kind,
            message: message.into(),
            span: None,
            label: None,
            help: Vec::new(),
            notes: Vec::new(),
            causes: Vec::new(),
            backtrace: Vec::new(),
            guest_status: None,
        }))
    }

    /// Says of what: puts it and a colon before the message, unless the message names it already.
    pub fn about(mut self, what: impl fmt::Display) -> Error {
        let what = what.to_string();
        if !self.0.message.contains(&what) {
            self.0.message = format!("{what}: {}", self.0.message);
        }
        self
    }

    /// Says where; an error that already has a place keeps it.
    pub fn at(mut self, span: Span) -> Error {
        self.0.span.get_or_insert(span);
        self
    }

    /// Sets what stands behind the caret, unless something does already.
    pub fn label(mut self, label: impl Into<String>) -> Error {
        self.0.label.get_or_insert(label.into());
        self
    }

    /// Adds a line that says what would be right.
    pub fn help(mut self, help: impl Into<String>) -> Error {
        self.0.help.push(help.into());
        self
    }

    /// Puts a better line in the place of those that say what would be right.
    pub fn only_help(mut self, help: impl Into<String>) -> Error {
        self.0.help = vec![help.into()];
        self
    }

    /// Adds a line that says what else to know.
    pub fn note(mut self, note: impl Into<String>) -> Error {
        self.0.notes.push(note.into());
        self
    }

    /// Adds what lay behind it.
    pub fn cause(mut self, cause: impl Into<String>) -> Error {
        self.0.causes.push(cause.into());
        self
    }

    /// Sets the guest's backtrace.
    pub fn backtrace(mut self, lines: Vec<String>) -> Error {
        self.0.backtrace = lines;
        self
    }

    /// Sets the guest's exit status.
    pub fn guest_status(mut self, status: u8) -> Error {
        self.0.guest_status = Some(status);
        self
    }

    /// Forgets the place: it was a place in some other text than the line that was typed.
    pub fn without_span(mut self) -> Error {
        self.0.span = None;
        self.0.label = None;
        self
    }

    /// The process's exit status if this error ends it.
    pub fn exit_code(&self) -> u8 {
        match self.0.kind {
            Kind::Cancelled => EXIT_INTERRUPTED,
            Kind::Exit => self.0.guest_status.filter(|status| *status != 0).unwrap_or(EXIT_FAILED),
            _ => EXIT_FAILED,
        }
    }
}

impl std::ops::Deref for Error {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

/// The message alone, for logs and tests; people see what `render` makes of the whole.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}
