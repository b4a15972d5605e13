//! Which imports a provider was chosen for.

use std::sync::Arc;

use super::Provider;
use crate::model::Function;
use crate::model::interface::compatible_interface;

/// A whole interface or one function, of one component or of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Only imports of the component with this number.
    pub component: Option<u32>,
    /// The interface as in the binary (nested instances joined with `#`); `None` for the root.
    pub interface: Option<String>,
    /// One function of it, as in the binary; `None` for all.
    pub function: Option<String>,
}

/// A provider and what it was chosen for.
pub struct Chosen {
    /// What for.
    pub selection: Selection,
    /// Who; `None` hands the import back to whoever answers by default.
    pub provider: Option<Arc<dyn Provider>>,
}

impl Selection {
    /// Whether it means this import. Compatible versions of an interface are the same one.
    pub fn means(&self, component: u32, function: &Function) -> bool {
        self.component.is_none_or(|id| id == component)
            && self.function.as_deref().is_none_or(|name| name == &*function.name)
            && match (&self.interface, function.interface()) {
                (Some(wanted), Some(actual)) => compatible_interface(wanted) == compatible_interface(&actual),
                (None, None) => true,
                _ => false,
            }
    }

    /// What is narrower wins: one function over its interface, one component over all.
    pub fn narrowness(&self) -> (bool, bool) {
        (self.function.is_some(), self.component.is_some())
    }
}
