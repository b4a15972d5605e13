//! Whole inputs: commands, explanations, statements. Expressions are read in `expr.rs`, types in `type_expr.rs`.

use super::ast::{Command, Ends, Expr, ExprKind, Input, Name, Statement};
use super::lexer::{Lexer, error};
use super::names::begins_name;
use crate::error::{Error, Result};

/// How deep a value may nest: WAVE's 100, and the call around it.
pub(super) const MAX_DEPTH: usize = 101;

/// The word before a call that is not waited for.
const START: &str = "start";

/// What is being read, and how deep in it the parser is.
pub(super) struct Parser<'a> {
    pub lexer: Lexer<'a>,
    /// How many expressions or types are being read, each inside the other.
    pub depth: usize,
    /// How high the expression that was read last is, from its root to its deepest leaf.
    pub height: usize,
}

impl<'a> Parser<'a> {
    /// At the beginning of `text`, which begins at byte `base` of the line.
    pub fn new(text: &'a str, base: usize) -> Parser<'a> {
        Parser { lexer: Lexer::new(text, base), depth: 0, height: 0 }
    }

    /// Reads a whole input.
    pub fn input(&mut self) -> Result<Input> {
        if self.lexer.rest().starts_with('\u{feff}') {
            self.lexer.go_to('\u{feff}'.len_utf8());
        }
        self.lexer.skip_blank();
        match self.lexer.peek() {
            None => Ok(Input::Empty),
            Some(b'.') => self.command(),
            Some(b'?') => Ok(self.question()),
            Some(_) => match self.ends()? {
                Some(ends) => Ok(Input::Ends(ends)),
                None => Ok(explained(self.statement()?, self.lexer.text())),
            },
        }
    }

    fn command(&mut self) -> Result<Input> {
        let start = self.lexer.at();
        let line = self.lexer.rest();
        let end = line.find(|c: char| c.is_ascii_whitespace()).unwrap_or(line.len());
        let (name, rest) = (&line[1..end], line[end..].trim());
        let span = self.lexer.span(start, start + end);
        if name.is_empty() {
            return Err(error(span, "a command's name stands right behind the dot").help(".help lists the commands"));
        }
        if rest.is_empty()
            && let Some(name) = name.strip_suffix('?')
        {
            return Ok(Input::Explain(format!(".{name}"), self.lexer.span(start, start + end - 1)));
        }
        let rest_start = start + end + (line[end..].len() - line[end..].trim_start().len());
        Ok(Input::Command(Command { name: name.to_owned(), span, rest: rest.to_owned(), rest_start }))
    }

    /// `?` or `?x`.
    fn question(&mut self) -> Input {
        let start = self.lexer.at();
        self.lexer.eat(b'?');
        self.lexer.skip_blank();
        let text = self.lexer.rest().trim_end();
        let place = self.lexer.at();
        if text.is_empty() {
            return Input::Explain(String::new(), self.lexer.span(start, start + 1));
        }
        Input::Explain(text.to_owned(), self.lexer.span(place, place + text.len()))
    }

    /// Reads a whole statement.
    pub fn statement(&mut self) -> Result<Statement> {
        self.lexer.skip_blank();
        let assign = self.assignment()?;
        let expr = if self.starts() { self.start()? } else { self.expression()? };
        self.lexer.skip_blank();
        let annotation = if self.lexer.peek() == Some(b':') {
            self.lexer.eat(b':');
            if !matches!(self.lexer.peek(), None | Some(b' ' | b'\t' | b'\n' | b'\r')) {
                return Err(error(self.lexer.next_span(), "a blank must stand behind the `:` of a type")
                    .help("a type is given as in `$x = 5 : u32`"));
            }
            Some(self.type_expression()?)
        } else {
            None
        };
        self.end(Some(&expr))?;
        Ok(Statement { assign, expr, annotation })
    }

    /// Whether the word `start` stands here with a name or a variable behind it: alone, or before `(`, it is a name itself.
    fn starts(&mut self) -> bool {
        self.lexer.skip_blank();
        let Some(behind) = self.lexer.rest().strip_prefix(START) else { return false };
        let operand = behind.trim_start();
        operand.len() < behind.len() && (operand.starts_with('$') || begins_name(operand))
    }

    /// Reads `start f(args)`.
    fn start(&mut self) -> Result<Expr> {
        let start = self.lexer.at();
        self.lexer.go_to(start + START.len());
        let call = self.expression()?;
        match &call.kind {
            ExprKind::Apply { .. } | ExprKind::Method { .. } => {
                Ok(Expr { span: self.lexer.span_from(start), kind: ExprKind::Start(Box::new(call)) })
            }
            ExprKind::Try(_) => Err(error(call.span, "`start` takes a call, whose result is not there yet")
                .help("keep the task in a variable, and await it: `$a = start f(1)`, then `$a?`")),
            _ => Err(error(call.span, "`start` takes a call").help("for example `$a = start f(1)`")),
        }
    }

    /// Reads `$w, $r = stream<T>`, if it stands here.
    fn ends(&mut self) -> Result<Option<Ends>> {
        let start = self.lexer.at();
        let Some(writable) = self.name_before(b',')? else { return Ok(None) };
        self.lexer.skip_blank();
        let Some(readable) = self.name_before(b'=')? else {
            self.lexer.go_to(start);
            return Ok(None);
        };
        let ty = self.type_expression()?;
        self.end(None)?;
        Ok(Some(Ends { writable, readable, ty }))
    }

    /// Reads `$x` and what separates it from the next, if both stand here.
    fn name_before(&mut self, separator: u8) -> Result<Option<Name>> {
        let start = self.lexer.at();
        if self.lexer.peek() != Some(b'$') {
            return Ok(None);
        }
        let text = self.variable()?;
        let span = self.lexer.span_from(start);
        self.lexer.skip_blank();
        if self.lexer.eat(separator) {
            return Ok(Some(Name { text, span }));
        }
        self.lexer.go_to(start);
        Ok(None)
    }

    /// Reads `$x =`, if it stands here.
    fn assignment(&mut self) -> Result<Option<Name>> {
        self.name_before(b'=')
    }

    /// Reads `$x`; the name without `$`.
    pub fn variable(&mut self) -> Result<String> {
        let start = self.lexer.at();
        self.lexer.eat(b'$');
        let name = self.lexer.word();
        if name.is_empty() {
            return Err(error(self.lexer.span_from(start), "a variable's name stands right behind the `$`")
                .help("a name holds letters, digits, `-` and `_`: $x, $my-counter, $1, $_"));
        }
        Ok(name.to_owned())
    }

    /// Nothing but blanks and comments may follow; `before` is what was read so far.
    pub fn end(&mut self, before: Option<&Expr>) -> Result<()> {
        self.lexer.skip_blank();
        if self.lexer.at_end() { Ok(()) } else { Err(self.leftover(before)) }
    }

    /// Why what follows a whole expression cannot follow it.
    fn leftover(&self, before: Option<&Expr>) -> Error {
        let found = self.lexer.found();
        let place = self.lexer.next_span();
        let unexpected = error(place, format!("expected the end of the line, found {found}"));
        match self.lexer.peek() {
            Some(b'=') => match before.map(|expr| &expr.kind) {
                Some(ExprKind::Label { name, .. }) => {
                    error(place, "only a variable can be assigned").help(format!("write `${name} = …`"))
                }
                _ => error(place, "only a variable can be assigned").help("write `$x = …`"),
            },
            Some(b')' | b']' | b'}') => error(place, format!("{found} closes nothing")),
            Some(b',') => match before.map(|expr| &expr.kind) {
                Some(ExprKind::Variable(name)) => {
                    unexpected.help(format!("both ends of a stream are made with `${name}, $r = stream<u8>`"))
                }
                _ => unexpected.help("a tuple stands in brackets: (1, 2)"),
            },
            Some(b';') => unexpected.help("each statement stands on a line of its own"),
            Some(b'+' | b'-' | b'*' | b'/' | b'%' | b'<' | b'>' | b'&' | b'|' | b'!' | b'^') => {
                unexpected.help("there are no operators: a statement is a value, a variable or a call")
            }
            _ => unexpected,
        }
    }
}

/// A bare name with `?` behind it asks to have the name explained; anything else stays what it is.
fn explained(statement: Statement, text: &str) -> Input {
    if statement.assign.is_none()
        && statement.annotation.is_none()
        && let ExprKind::Try(inner) = &statement.expr.kind
    {
        let bare = match &inner.kind {
            ExprKind::Label { .. } | ExprKind::Function(_) => true,
            ExprKind::Number(number) => matches!(number.as_str(), "inf" | "nan"),
            _ => false,
        };
        if bare {
            return Input::Explain(text[inner.span.start..inner.span.end].to_owned(), inner.span);
        }
    }
    Input::Statement(statement)
}
