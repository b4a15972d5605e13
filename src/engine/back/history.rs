//! What the shell has done with a store since it was made: enough to do it again.
//!
//! The values stand in the log of calls; here are the numbers under which it has them.

use std::sync::Arc;

use crate::engine::call_log::Opened;

/// Calls into one store that are remembered: the log keeps no more.
const MOST_CALLS: usize = 10_000;
/// Stores that trapped one after the other, and are remembered.
const MOST_LIVES: usize = 100;

/// What happened to a store so far.
#[derive(Default)]
pub struct History {
    /// The instances that were made in it, in order.
    pub born: Vec<Birth>,
    /// What the shell asked of it, in order.
    pub deeds: Vec<Deed>,
    /// Why this cannot be done again, if something in it cannot.
    pub obstacle: Option<String>,
    /// The store in whose place it came, if that one failed.
    pub before: Option<Arc<History>>,
    /// How many came before.
    lives: usize,
}

/// An instance that was made in a store.
#[derive(Clone, Copy, Debug)]
pub struct Birth {
    /// Its component.
    pub component: u32,
    /// The calls that began meanwhile: those after this number,
    pub after: u64,
    /// up to this one.
    pub until: u64,
}

/// Something that the shell asked of a store: a call or the drop of a handle.
#[derive(Clone, Debug)]
pub struct Deed {
    /// Its number in the log.
    pub number: u64,
    /// The component that was asked.
    pub component: u32,
    /// The line's own words for it.
    pub what: String,
}

impl History {
    /// The shell asks something, which the log has if calls are kept.
    pub fn add(&mut self, logged: Option<&Opened<'_>>, deed: impl FnOnce(u64) -> Deed) {
        match logged {
            _ if self.obstacle.is_some() => {}
            None => self.block("it was called before its calls were kept"),
            Some(_) if self.deeds.len() == MOST_CALLS => {
                self.deeds = Vec::new();
                self.block(&format!("it was called more than {MOST_CALLS} times"));
            }
            Some(opened) => self.deeds.push(deed(opened.number())),
        }
    }

    /// Something happens that cannot be done again.
    pub fn block(&mut self, why: &str) {
        self.obstacle.get_or_insert_with(|| why.to_owned());
    }

    /// It follows one that ended with a failure; where nothing was asked of that one, the one before.
    pub fn follow(&mut self, before: Arc<History>) {
        if before.deeds.is_empty() && before.obstacle.is_none() {
            (self.before, self.lives) = (before.before.clone(), before.lives);
        } else if before.lives < MOST_LIVES {
            self.lives = before.lives + 1;
            self.before = Some(before);
        }
    }

    /// How many came before.
    pub fn lives(&self) -> usize {
        self.lives
    }

    /// Whether it came after that one, directly or later.
    pub fn is_after(&self, other: &Arc<History>) -> bool {
        let mut before = &self.before;
        while let Some(history) = before {
            if Arc::ptr_eq(history, other) {
                return true;
            }
            before = &history.before;
        }
        false
    }

    /// The history of a store that was brought to where this one was before the deeds from `from` on.
    pub fn until(&self, from: usize) -> History {
        History {
            born: self.born.clone(),
            deeds: self.deeds.iter().take(from).cloned().collect(),
            obstacle: None,
            before: self.before.clone(),
            lives: self.lives,
        }
    }

    /// Whether the log's call with this number began while an instance was made.
    pub fn is_birth(&self, number: u64) -> bool {
        self.born.iter().any(|born| number > born.after && number <= born.until)
    }

    /// Whether nothing was asked of it, and of none before it.
    pub fn is_empty(&self) -> bool {
        self.deeds.is_empty() && self.obstacle.is_none() && self.before.is_none()
    }

    /// The number of the first call in it.
    pub fn first(&self) -> Option<u64> {
        let born = self.born.iter().filter(|born| born.until > born.after).map(|born| born.after + 1);
        born.chain(self.deeds.iter().map(|deed| deed.number)).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_nobody_kept_is_in_the_way() {
        let mut history = History::default();
        history.add(None, |_| unreachable!("it has no number"));
        assert_eq!(history.obstacle.as_deref(), Some("it was called before its calls were kept"));
    }

    #[test]
    fn lives_are_forgotten_at_last() {
        let called = || {
            let mut history = History::default();
            history.block("it was called");
            history
        };
        let first = Arc::new(called());
        let mut second = called();
        second.follow(first.clone());
        assert!(second.is_after(&first) && !first.is_after(&Arc::new(second)));
        let mut last = first;
        for _ in 0..1_000 {
            let mut next = called();
            next.follow(last);
            last = Arc::new(next);
        }
        let mut lives = 0;
        let mut history = &last;
        while let Some(before) = &history.before {
            history = before;
            lives += 1;
        }
        assert!((1..=MOST_LIVES).contains(&lives), "{lives}");
    }

    #[test]
    fn births_are_numbers_between() {
        let birth = |after, until| Birth { component: 1, after, until };
        let history = History { born: vec![birth(3, 3), birth(5, 7)], ..History::default() };
        let births: Vec<u64> = (0..10).filter(|number| history.is_birth(*number)).collect();
        assert_eq!((births, history.first()), (vec![6, 7], Some(6)));
    }
}
