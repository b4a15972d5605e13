//! What can be looked at while a line runs.
//!
//! A line has the session to itself. If a guest's call waits in it for a person's answer, the answer may name variables, and
//! completion wants to know them: this is where the driver finds them.

use std::sync::{Arc, Mutex, PoisonError};

use super::{Components, Session, Settings, Variables};

/// How things stood when a line began.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// What is loaded.
    pub components: Components,
    /// The variables.
    pub variables: Variables,
    /// The settings.
    pub settings: Settings,
}

/// The snapshot of the line that runs, for whoever holds a clone.
#[derive(Clone, Debug, Default)]
pub struct Shared(Arc<Mutex<Arc<Snapshot>>>);

impl Shared {
    /// How things stood when the line that runs began.
    pub fn latest(&self) -> Arc<Snapshot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn take(&self, session: &Session) {
        let Session { components, variables, settings, .. } = session;
        let snapshot =
            Snapshot { components: components.clone(), variables: variables.clone(), settings: settings.clone() };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(snapshot);
    }
}
