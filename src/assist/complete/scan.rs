//! What stands before the cursor: a tolerant reading of a statement that may be half typed.
//!
//! The parser needs a whole statement; here every text has a meaning, and the reading knows no component. It finds the open
//! brackets, what stands in each so far, and what sort of word the cursor is in. Start reading at [`scan`].

/// Where the cursor is.
#[derive(Debug, PartialEq)]
pub(super) struct Context<'a> {
    /// The brackets that are open, outermost first.
    pub frames: Vec<Frame<'a>>,
    /// What may stand at the cursor.
    pub place: Place<'a>,
    /// Where the word that is being typed begins.
    pub start: usize,
}

/// What may stand at the cursor.
#[derive(Debug, PartialEq)]
pub(super) enum Place<'a> {
    /// A value, a call, a label.
    Value,
    /// A variable; the word begins with its `$`.
    Variable,
    /// The method or field of this expression.
    Member(&'a str),
    /// A type, after ` : `.
    Type,
    /// A path, in `@"…"`; the word begins behind the quote.
    File,
    /// Nothing that has a name: inside a string, behind an operand.
    Nothing,
}

/// An open bracket.
#[derive(Debug, PartialEq)]
pub(super) enum Frame<'a> {
    /// `callee(`: the arguments of a function, a method or a case.
    Arguments {
        /// All that stands directly before the bracket.
        callee: &'a str,
        /// How many commas so far.
        index: usize,
    },
    /// `(`: a tuple.
    Tuple {
        /// How many commas so far.
        index: usize,
    },
    /// `[`: a list.
    List,
    /// `{`: a record, flags or a map.
    Braces {
        /// The label or key whose value stands at the cursor.
        label: Option<&'a str>,
        /// The labels that stand already, that one included.
        used: Vec<&'a str>,
    },
    /// `x[`: an index or key.
    Index,
}

/// Reads a statement up to the cursor, which is at its end.
pub(super) fn scan(text: &str) -> Context<'_> {
    let mut scanner = Scanner { text, at: 0, open: Vec::new(), operand: None, annotation: false, two_ends: false };
    let (place, start) = scanner.run();
    let frames = scanner.open.into_iter().map(|open| open.frame).collect();
    Context { frames, place, start }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    open: Vec<Open<'a>>,
    /// Where the expression that was read last begins and ends; a postfix may follow it.
    operand: Option<(usize, usize)>,
    /// A type is being typed.
    annotation: bool,
    /// Two variables are being assigned: what follows the `=` is a type.
    two_ends: bool,
}

struct Open<'a> {
    frame: Frame<'a>,
    /// Where the expression begins that this bracket is part of.
    start: usize,
}

/// The names of functions as the component model spells them begin so.
const BRACKETED: [&str; 3] = ["[constructor]", "[method]", "[static]"];

impl<'a> Scanner<'a> {
    fn run(&mut self) -> (Place<'a>, usize) {
        loop {
            if let Some(found) = self.skip_blank() {
                return found;
            }
            let Some(c) = self.rest().chars().next() else {
                return (self.place_behind_blank(), self.at);
            };
            if let Some(found) = self.step(c) {
                return found;
            }
        }
    }

    /// Reads one part; the place of the cursor if it is in that part.
    fn step(&mut self, c: char) -> Option<(Place<'a>, usize)> {
        let start = self.at;
        match c {
            '"' | '\'' => return self.quoted(start, start),
            'b' | '@' if self.rest()[1..].starts_with('"') => return self.quoted(start, start + 1),
            '$' => {
                self.at = word_end(self.text, start + 1);
                return self.operand_or(start, Place::Variable);
            }
            '(' | '[' | '{' if !self.at_bracketed_name() => self.open(c),
            ')' | ']' | '}' => self.close(),
            ',' => self.comma(),
            ':' => self.colon(),
            '.' if self.touches_operand() => return self.member(),
            '?' if self.touches_operand() => {
                self.at += 1;
                self.operand = self.operand.map(|(start, _)| (start, self.at));
            }
            c if is_word(c) || c == '%' || self.at_bracketed_name() => return self.name(),
            '=' => {
                self.at += 1;
                self.operand = None;
                self.annotation |= self.two_ends;
            }
            _ => self.at += c.len_utf8(),
        }
        None
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Blanks and comments; a comment that is open holds the cursor.
    fn skip_blank(&mut self) -> Option<(Place<'a>, usize)> {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with("//") {
                return None;
            }
            match trimmed.find('\n') {
                Some(length) => self.at += length,
                None => return Some((Place::Nothing, self.text.len())),
            }
        }
    }

    fn place_behind_blank(&self) -> Place<'a> {
        match self.operand {
            _ if self.annotation => Place::Type,
            Some(_) => Place::Nothing,
            None => Place::Value,
        }
    }

    fn touches_operand(&self) -> bool {
        self.operand.is_some_and(|(_, end)| end == self.at)
    }

    fn at_bracketed_name(&self) -> bool {
        BRACKETED.iter().any(|head| self.rest().starts_with(head))
    }

    /// What was read since `start` is an operand; the cursor's place if it is at its end.
    fn operand_or(&mut self, start: usize, place: Place<'a>) -> Option<(Place<'a>, usize)> {
        if self.at == self.text.len() {
            return Some((place, start));
        }
        self.operand = Some((start, self.at));
        None
    }

    /// A string, char, byte string or file, whose quote stands at `quote`.
    fn quoted(&mut self, start: usize, quote: usize) -> Option<(Place<'a>, usize)> {
        let open = if self.text[quote..].starts_with("\"\"\"") { "\"\"\"" } else { &self.text[quote..=quote] };
        let inside = quote + open.len();
        let Some(end) = quote_end(self.text, inside, open) else {
            let place = if self.text[start..].starts_with('@') { Place::File } else { Place::Nothing };
            return Some((place, inside));
        };
        self.at = end;
        self.operand_or(start, Place::Nothing)
    }

    fn open(&mut self, bracket: char) {
        let operand = self.operand.filter(|_| self.touches_operand());
        let frame = match (bracket, operand) {
            ('(', Some((start, end))) => Frame::Arguments { callee: &self.text[start..end], index: 0 },
            ('(', None) => Frame::Tuple { index: 0 },
            ('[', Some(_)) => Frame::Index,
            ('[', None) => Frame::List,
            _ => Frame::Braces { label: None, used: Vec::new() },
        };
        self.open.push(Open { frame, start: operand.map_or(self.at, |(start, _)| start) });
        self.at += 1;
        self.operand = None;
    }

    fn close(&mut self) {
        self.at += 1;
        self.operand = self.open.pop().map(|open| (open.start, self.at));
    }

    fn comma(&mut self) {
        let operand = self.operand.take();
        self.at += 1;
        match self.open.last_mut().map(|open| &mut open.frame) {
            None => self.two_ends = true,
            Some(Frame::Arguments { index, .. } | Frame::Tuple { index }) => *index += 1,
            Some(Frame::Braces { label, used }) => {
                // Without a label it was a flag.
                if label.take().is_none()
                    && let Some((start, end)) = operand
                {
                    used.push(&self.text[start..end]);
                }
            }
            _ => {}
        }
    }

    fn colon(&mut self) {
        let operand = self.operand.take();
        self.at += 1;
        match self.open.last_mut().map(|open| &mut open.frame) {
            Some(Frame::Braces { label, used }) if label.is_none() => {
                let written = operand.map_or("", |(start, end)| &self.text[start..end]);
                *label = Some(written);
                used.push(written);
            }
            Some(_) => {}
            None => self.annotation = true,
        }
    }

    /// A dot behind an operand, and the word after it.
    fn member(&mut self) -> Option<(Place<'a>, usize)> {
        let (start, end) = self.operand?;
        let label = self.at + 1;
        self.at = word_end(self.text, label);
        let found = self.operand_or(label, Place::Member(&self.text[start..end]));
        self.operand = Some((start, self.at));
        found
    }

    fn name(&mut self) -> Option<(Place<'a>, usize)> {
        let start = self.at;
        let at_label = matches!(self.open.last(), Some(Open { frame: Frame::Braces { label: None, .. }, .. }));
        self.at = if at_label { word_end(self.text, start + 1) } else { long_name_end(self.text, start) };
        // The word before a call that is not waited for is no operand.
        if self.open.is_empty() && self.operand.is_none() && &self.text[start..self.at] == "start" {
            let behind = &self.text[self.at..];
            if behind.starts_with(' ') && !behind.trim_start().starts_with('(') {
                return None;
            }
        }
        let place = match () {
            () if self.annotation => Place::Type,
            () if self.text[start..].trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit()) => {
                Place::Nothing
            }
            () => Place::Value,
        };
        self.operand_or(start, place)
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// Where the run of word characters from `start` ends.
fn word_end(text: &str, start: usize) -> usize {
    text[start..].find(|c| !is_word(c)).map_or(text.len(), |length| start + length)
}

/// Where a name with all its qualification ends: `comp::ns:pkg/iface@1.2.3#[method]counter.get`.
fn long_name_end(text: &str, start: usize) -> usize {
    let mut at = start;
    loop {
        let rest = &text[at..];
        if let Some(head) = BRACKETED.iter().find(|head| rest.starts_with(**head)) {
            at += head.len();
            continue;
        }
        let mut chars = rest.chars();
        match chars.next() {
            Some(c) if is_word(c) || matches!(c, '%' | '@' | '#' | '.') => at += 1,
            // A comment is no part of a name, nor is the colon of an annotation.
            Some('/') if chars.next() != Some('/') => at += 1,
            Some(':') if !chars.next().is_some_and(char::is_whitespace) => at += 1,
            _ => return at,
        }
    }
}

/// Where the quoted text that begins at `start` ends, its closing quote included.
fn quote_end(text: &str, start: usize, close: &str) -> Option<usize> {
    let mut at = start;
    loop {
        let rest = text.get(at..)?;
        if rest.starts_with(close) {
            return Some(at + close.len());
        }
        let mut chars = rest.chars();
        at += match chars.next()? {
            '\\' => 1 + chars.next().map_or(0, char::len_utf8),
            c => c.len_utf8(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames in short, the place, and the word that is being typed.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let context = scan(text);
        let frames: Vec<String> = context.frames.iter().map(short).collect();
        let place = match context.place {
            Place::Member(target) => format!("member of {target}"),
            place => format!("{place:?}").to_lowercase(),
        };
        let found = format!("{} | {place} `{}`", frames.join(" "), &text[context.start..]);
        assert_eq!(found.trim_start_matches(" | "), expected, "in {text}");
    }

    fn short(frame: &Frame<'_>) -> String {
        match frame {
            Frame::Arguments { callee, index } => format!("{callee}({index}"),
            Frame::Tuple { index } => format!("({index}"),
            Frame::List => "[".to_owned(),
            Frame::Braces { label, used } => format!("{{{} {}", used.join("+"), label.unwrap_or("?")),
            Frame::Index => "x[".to_owned(),
        }
    }

    #[test]
    fn a_call_that_is_started_and_two_ends() {
        check("start sl", "value `sl`");
        check("$a = start f(", "f(0 | value ``");
        check("start", "value `start`");
        check("start(", "start(0 | value ``");
        check("$w, $r = str", "type `str`");
        check("$w, $", "variable `$`");
    }

    #[test]
    fn words_at_the_start() {
        check("", "value ``");
        check("ad", "value `ad`");
        check("  add#", "value `add#`");
        check("host::con", "value `host::con`");
        check("wasi:clocks/wall-clock@0.2.0#no", "value `wasi:clocks/wall-clock@0.2.0#no`");
        check("$", "variable `$`");
        check("$x = $y", "variable `$y`");
        check("$x = co", "value `co`");
        check("5", "nothing `5`");
        check("f ", "nothing ``");
        check("f // a comment", "nothing ``");
        check("counter.op", "value `counter.op`");
        check("[method]counter.ge", "value `[method]counter.ge`");
    }

    #[test]
    fn inside_brackets() {
        check("f(", "f(0 | value ``");
        check("f(1, tr", "f(1 | value `tr`");
        check("f((1, [a", "f(0 (1 [ | value `a`");
        check("f(g(1), {x: 1, y", "f(1 {x ? | value `y`");
        check("f({x: ", "f(0 {x x | value ``");
        check("f({x:y", "f(0 {x x | value `y`");
        check("f({read, wr", "f(0 {read ? | value `wr`");
        check("f(\"a(\", 'x', ", "f(2 | value ``");
        check("a#b(some(", "a#b(0 some(0 | value ``");
        check("$c.set(\"k\", ", "$c.set(1 | value ``");
        check("$t[0", "x[ | nothing `0`");
        check("f(1) ", "nothing ``");
        check(")]}", "value ``");
    }

    #[test]
    fn members_types_and_files() {
        check("$c.", "member of $c ``");
        check("f($c.na", "f(0 | member of $c `na`");
        check("$c.get(1)[2]?.na", "member of $c.get(1)[2]? `na`");
        check("f(1).x", "member of f(1) `x`");
        check("5 : ", "type ``");
        check("[] : list<po", "type `po`");
        check("f(@\"pa", "f(0 | file `pa`");
        check("\"text", "nothing `text`");
        check("b\"text", "nothing `text`");
        check("\"\"\"a\"b", "nothing `a\"b`");
        check("'", "nothing ``");
    }
}
