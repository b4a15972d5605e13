//! What `.help` explains besides the commands: each topic is a table that fits a screen.

use super::provide::PROVIDERS;
use crate::report::{Cell, Report, Role, Table};

/// One thing that `.help` explains.
pub struct Topic {
    /// What it is called.
    pub name: &'static str,
    /// What people call it elsewhere.
    others: &'static [&'static str],
    columns: [&'static str; 2],
    rows: &'static [(&'static str, &'static str)],
}

/// Every topic.
pub static TOPICS: [Topic; 4] = [
    Topic { name: "language", others: &["syntax", "expressions"], columns: ["written", "means"], rows: LANGUAGE },
    Topic { name: "values", others: &["wave", "types", "literals"], columns: ["type", "written"], rows: VALUES },
    Topic { name: "limits", others: &[], columns: ["limit", "bounds"], rows: LIMITS },
    Topic { name: "providers", others: &[], columns: ["provider", "answers"], rows: PROVIDERS },
];

/// The topic of this name, or of another that people have for it.
pub fn topic(name: &str) -> Option<&'static Topic> {
    let name = name.to_lowercase();
    TOPICS.iter().find(|topic| topic.name == name || topic.others.contains(&&*name))
}

impl Topic {
    /// Its table.
    pub fn report(&self) -> Report {
        let row = |(left, right): &(&'static str, &'static str)| {
            vec![Cell::new(Role::Name, *left), Cell::new(Role::Plain, *right)]
        };
        let rows = self.rows.iter().map(row).collect();
        Report::Table(Table { columns: self.columns.to_vec(), rows, grouped: false, empty: String::new() })
    }
}

const LANGUAGE: &[(&str, &str)] = &[
    ("add(1, 2)", "a call; it may stand where a value may"),
    ("shapes#area(…)", "the function of an interface; `area(…)` where only one has that name"),
    ("adder::add(1, 2)", "the function of another component; `host::…` calls what is imported"),
    ("5 : u32", "a value with its type, which a place that expects one already gives"),
    ("$x = …", "keeps a value; `.vars` lists them"),
    ("$_ $1 $2", "the last value that was shown, and all of them in order"),
    ("$p.x $l[0] $m[\"key\"]", "a field, an element from 0, the value of a key"),
    ("$r?", "what is in `some` or `ok`; the result of a task"),
    ("$c = counter(1)", "a constructor, which makes a handle"),
    ("$c.increment(2)", "a method; `counter.open(…)` is a static function"),
    (".drop $c", "ends a handle; an argument of type `own` gives it away"),
    ("start f(1)", "a call that is not waited for: a task"),
    ("$w, $r = stream<u8>", "both ends of a stream; `future<…>` likewise"),
    ("?add", "what a name means; `add` alone is its signature"),
    ("// why", "a comment"),
    ("( [ { \"\"\"", "go on in the next line until they are closed"),
];

const VALUES: &[(&str, &str)] = &[
    ("bool", "true false"),
    ("u8 … u64, s8 … s64", "5 -3; they are not converted into each other"),
    ("f32 f64", "1.5 6.02e23 nan inf -inf"),
    ("char", "'x' '\\n' '\\u{1F980}'"),
    ("string", "\"text\"; between lines of \"\"\" as it is; @\"path\" for a file's"),
    ("list<T>", "[1, 2, 3]; of u8 also b\"bytes\\x00\", or @\"path\" for a file's"),
    ("tuple<A, B>", "(1, \"a\")"),
    ("record", "{x: 1, y: 2}; fields that are none may be left out"),
    ("map<K, V>", "{\"a\": 1, \"b\": 2}"),
    ("variant", "circle(2.0) empty"),
    ("enum", "red"),
    ("flags", "{read, write} {}"),
    ("option<T>", "some(1) or 1, none"),
    ("result<T, E>", "ok(1) or 1, err(\"why\"); ok and err alone without a payload"),
    ("a resource", "a call of its name, `counter(1)`, or the variable that holds its handle"),
    ("stream<T> future<T>", "in an argument a list or a value; else one end of `$w, $r = stream<T>`"),
    ("%name", "a name that would else be a word: {%some: 1}"),
];

const LIMITS: &[(&str, &str)] = &[
    (".set timeout 2s", "the time that a call may take; `off` without a flag"),
    (".set fuel 1000000", "what a call may do, about one unit an instruction; `off` without a flag"),
    (".set memory 64MiB", "the linear memories and tables of a component; 1GiB without a flag"),
    ("10,000,000", "the elements of one table"),
    ("512MiB", "what may cross between a guest and the host in one call"),
    ("Ctrl-C", "ends a call, and as a limit does its instance; never the session"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Found, find};

    #[test]
    fn topics_have_the_names_that_people_look_for_and_hide_no_command() {
        let found = |name| topic(name).map(|topic| topic.name);
        for (name, expected) in [("WAVE", "values"), ("types", "values"), ("syntax", "language"), ("limits", "limits")]
        {
            assert_eq!(found(name), Some(expected));
        }
        assert_eq!(found("load"), None);
        for name in TOPICS.iter().flat_map(|topic| topic.others.iter().chain([&topic.name])) {
            assert!(!matches!(find(name), Found::Exact(_)), "{name}");
        }
    }
}
