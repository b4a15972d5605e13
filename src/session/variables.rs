//! Variables: `$name`, `$_`, and the numbered results `$1`, `$2`, ….

use std::collections::VecDeque;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::value::Typed;

/// How many numbered results are kept.
const KEPT_RESULTS: usize = 100;
/// What the numbered results may take together, in bytes: beyond that the oldest go sooner.
const KEPT_BYTES: usize = 256 << 20;

/// The variables of a session. A copy shares their values.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    named: IndexMap<String, Arc<Typed>>,
    last: Option<Arc<Typed>>,
    /// The numbered results that are kept, each with its size.
    results: VecDeque<(usize, Arc<Typed>)>,
    /// The sum of those sizes.
    results_size: usize,
    /// How many results there have been; the newest is `$results_so_far`.
    results_so_far: u64,
}

impl Variables {
    /// The value of `$name`: a named variable, `_`, or a number that is still kept.
    pub fn get(&self, name: &str) -> Option<&Typed> {
        if name == "_" {
            return self.last.as_deref();
        }
        match name.parse::<u64>() {
            Ok(number) => {
                let oldest = self.results_so_far - self.results.len() as u64 + 1;
                self.results.get(usize::try_from(number.checked_sub(oldest)?).ok()?).map(|(_, value)| &**value)
            }
            Err(_) => self.named.get(name).map(|value| &**value),
        }
    }

    /// Whether `$name` may be assigned: not `$_`, not a number.
    pub fn assignable(name: &str) -> bool {
        name != "_" && !name.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// `$name = value`; it is also the last value.
    pub fn assign(&mut self, name: &str, value: Typed) {
        let value = Arc::new(value);
        self.last = Some(value.clone());
        self.named.insert(name.to_owned(), value);
    }

    /// Keeps an unassigned value as `$_` and under the next number.
    pub fn keep(&mut self, value: Typed) {
        let value = Arc::new(value);
        self.last = Some(value.clone());
        let size = value.value.size();
        self.results.push_back((size, value));
        self.results_size += size;
        self.results_so_far += 1;
        // The newest is kept whatever it takes.
        while self.results.len() > KEPT_RESULTS || (self.results_size > KEPT_BYTES && self.results.len() > 1) {
            self.results_size -= self.results.pop_front().map_or(0, |(size, _)| size);
        }
    }

    /// Forgets a named variable; whether there was one.
    pub fn forget(&mut self, name: &str) -> bool {
        self.named.shift_remove(name).is_some()
    }

    /// The named variables in the order of their first assignment.
    pub fn named(&self) -> impl Iterator<Item = (&str, &Typed)> {
        self.named.iter().map(|(name, value)| (name.as_str(), &**value))
    }

    /// The numbered results that are still kept, oldest first.
    pub fn results(&self) -> impl Iterator<Item = (u64, &Typed)> {
        let oldest = self.results_so_far - self.results.len() as u64 + 1;
        self.results.iter().enumerate().map(move |(i, (_, value))| (oldest + i as u64, &**value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Type;
    use crate::value::Value;

    fn text(length: usize) -> Typed {
        Typed { ty: Type::String, value: Value::String("x".repeat(length)) }
    }

    #[test]
    fn old_results_go_by_number_and_by_size() {
        let mut variables = Variables::default();
        (0..KEPT_RESULTS + 1).for_each(|_| variables.keep(text(1)));
        assert!(variables.get("1").is_none() && variables.get("2").is_some() && variables.get("101").is_some());
        variables.keep(text(KEPT_BYTES / 2));
        variables.keep(text(KEPT_BYTES / 2));
        assert_eq!(variables.results().map(|(number, _)| number).collect::<Vec<_>>(), [103]);
        variables.keep(text(2 * KEPT_BYTES));
        assert_eq!(variables.results().map(|(number, _)| number).collect::<Vec<_>>(), [104]);
        variables.keep(text(1));
        assert_eq!(variables.results().map(|(number, _)| number).collect::<Vec<_>>(), [105]);
    }
}
