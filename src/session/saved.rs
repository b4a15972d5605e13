//! What `.save` writes: the lines so far that succeeded, so that they give again what they gave.
//!
//! It begins with lines that stand for the flags of the command line.

use super::SessionOptions;
use crate::engine::{Grants, Limits};
use crate::model::FeatureSet;
use crate::session::policy::show_net;
use crate::units::{show_fuel, show_memory, show_time};

/// The lines of a session that a script of it has.
#[derive(Debug, Default)]
pub struct Saved {
    lines: Vec<Line>,
    /// The calls of lines that failed, and so are not made by the script.
    left_out: Vec<Calls>,
    /// What the script cannot do again.
    missing: Vec<String>,
}

#[derive(Debug)]
struct Line {
    text: String,
    /// The calls in whose place it stands, if it is there because they failed.
    instead_of: Option<Calls>,
}

/// The calls with numbers after the first, up to the second.
type Calls = (u64, u64);

impl Saved {
    /// A script that begins as a session does which is made with this.
    pub fn of(options: &SessionOptions) -> Saved {
        let mut saved = Saved::default();
        saved.set(&options.limits);
        saved.allow(&options.grants);
        for denial in &options.denials {
            saved.command(&["deny", denial.text()]);
        }
        if options.features != FeatureSet::default() {
            saved.miss("which features files may use: --wasm-features");
        }
        saved
    }

    fn set(&mut self, limits: &Limits) {
        let shown = |limits: &Limits| {
            [
                ("fuel", show_fuel(limits.fuel)),
                ("timeout", show_time(limits.timeout)),
                ("memory", show_memory(limits.memory)),
            ]
        };
        for ((name, value), default) in shown(limits).into_iter().zip(shown(&Limits::default())) {
            if value != default.1 {
                self.command(&["set", name, &value]);
            }
        }
    }

    fn allow(&mut self, grants: &Grants) {
        for (name, value) in &grants.env {
            // What is the shell's own, the next shell has too, and it need not stand in the file.
            let is_own = std::env::var(name).is_ok_and(|own| own == *value);
            let text = if is_own { name.clone() } else { format!("{name}={value}") };
            self.grant("env", &text, name);
        }
        for dir in &grants.dirs {
            let read_only = if dir.read_only { ":ro" } else { "" };
            match dir.host.to_str() {
                Some(host) => self.grant("dir", &format!("{host}::{}{read_only}", dir.guest), &dir.guest),
                None => self.miss(&format!("dir {}: its path is not UTF-8", dir.host.display())),
            }
        }
        grants.net.iter().map(show_net).for_each(|net| self.grant("net", &net, &net));
        grants.http.iter().map(ToString::to_string).for_each(|http| self.grant("http", &http, &http));
        grants.config.iter().for_each(|(key, value)| self.grant("config", &format!("{key}={value}"), key));
    }

    fn grant(&mut self, what: &str, grant: &str, name: &str) {
        match grant.contains(['\n', '\r', '\0']) {
            true => self.miss(&format!("{what} {name}: its value does not fit into a line")),
            false => self.command(&["allow", what, grant]),
        }
    }

    fn command(&mut self, words: &[&str]) {
        let words: Vec<_> = words.iter().map(|word| shlex::try_quote(word).unwrap_or_default()).collect();
        self.add(format!(".{}", words.join(" ")));
    }

    /// Something cannot be done again, and the script says so here.
    pub fn miss(&mut self, what: &str) {
        self.add(format!("// not kept: {what}"));
        self.missing.push(what.to_owned());
    }

    /// What the script cannot do again.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// The lines, in order.
    pub fn lines(&self) -> Vec<&str> {
        self.lines.iter().map(|line| &*line.text).collect()
    }

    /// The script has this line.
    pub fn add(&mut self, line: impl Into<String>) {
        self.lines.push(Line { text: line.into(), instead_of: None });
    }

    /// A line failed, and the calls that it made are not in the script. They cost these components their instances.
    pub fn leave_out(&mut self, calls: Calls, ended: &[String]) {
        let resets = ended.iter().map(|name| Line { text: format!(".reset {name}"), instead_of: Some(calls) });
        self.lines.extend(resets);
        self.left_out.push(calls);
    }

    /// These calls are taken back; how many of them the script makes too.
    pub fn take_back(&mut self, calls: &[u64]) -> usize {
        let is_one_of = |(after, until): &Calls| calls.iter().any(|call| call > after && call <= until);
        self.lines.retain(|line| !line.instead_of.as_ref().is_some_and(is_one_of));
        let is_left_out = |call: &u64| self.left_out.iter().any(|(after, until)| call > after && call <= until);
        calls.iter().filter(|call| !is_left_out(call)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved(grants: Grants) -> Saved {
        let options = SessionOptions {
            grants,
            ..SessionOptions::new(std::sync::Arc::new(crate::frontend::Silent), crate::frontend::Interrupt::default())
        };
        Saved::of(&options)
    }

    #[test]
    fn what_does_not_fit_into_a_line_is_said_to_be_missing() {
        let env = vec![("A".to_owned(), "b // c".to_owned()), ("B".to_owned(), "1\n2".to_owned())];
        assert_eq!(
            saved(Grants { env, ..Grants::default() }).lines(),
            [".allow env 'A=b // c'", "// not kept: env B: its value does not fit into a line"]
        );
        assert!(saved(Grants::default()).lines().is_empty());
    }

    #[test]
    fn calls_of_lines_that_failed_are_not_in_the_script() {
        let mut saved = Saved::default();
        saved.leave_out((2, 4), &["a".to_owned()]);
        saved.leave_out((6, 6), &["b".to_owned()]);
        assert_eq!(saved.take_back(&[5, 6, 7]), 3);
        assert_eq!(saved.lines(), [".reset a", ".reset b"]);
        assert_eq!(saved.take_back(&[1, 2, 3, 4]), 2);
        assert_eq!(saved.lines(), [".reset b"]);
    }
}
