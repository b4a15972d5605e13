//! Variables: `$name`, `$_`, and the numbered results `$1`, `$2`, ….

use std::collections::VecDeque;

use indexmap::IndexMap;

use crate::value::Typed;

/// How many numbered results are kept.
const KEPT_RESULTS: usize = 100;

/// The variables of a session.
#[derive(Debug, Default)]
pub struct Variables {
    named: IndexMap<String, Typed>,
    last: Option<Typed>,
    results: VecDeque<Typed>,
    /// How many results there have been; the newest is `$results_so_far`.
    results_so_far: u64,
}

impl Variables {
    /// The value of `$name`: a named variable, `_`, or a number that is still kept.
    pub fn get(&self, name: &str) -> Option<&Typed> {
        if name == "_" {
            return self.last.as_ref();
        }
        match name.parse::<u64>() {
            Ok(number) => {
                let oldest = self.results_so_far - self.results.len() as u64 + 1;
                self.results.get(usize::try_from(number.checked_sub(oldest)?).ok()?)
            }
            Err(_) => self.named.get(name),
        }
    }

    /// Whether `$name` may be assigned: not `$_`, not a number.
    pub fn assignable(name: &str) -> bool {
        name != "_" && !name.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// `$name = value`; it is also the last value.
    pub fn assign(&mut self, name: &str, value: Typed) {
        self.last = Some(value.clone());
        self.named.insert(name.to_owned(), value);
    }

    /// Keeps an unassigned value as `$_` and under the next number.
    pub fn keep(&mut self, value: Typed) {
        self.last = Some(value.clone());
        if self.results.len() == KEPT_RESULTS {
            self.results.pop_front();
        }
        self.results.push_back(value);
        self.results_so_far += 1;
    }

    /// Forgets a named variable; whether there was one.
    pub fn forget(&mut self, name: &str) -> bool {
        self.named.shift_remove(name).is_some()
    }

    /// The named variables in the order of their first assignment.
    pub fn named(&self) -> impl Iterator<Item = (&str, &Typed)> {
        self.named.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The numbered results that are still kept, oldest first.
    pub fn results(&self) -> impl Iterator<Item = (u64, &Typed)> {
        let oldest = self.results_so_far - self.results.len() as u64 + 1;
        self.results.iter().enumerate().map(move |(i, value)| (oldest + i as u64, value))
    }
}
