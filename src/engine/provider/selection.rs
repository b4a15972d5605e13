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
            && same_interface(self.interface.as_deref(), function.interface().as_deref())
    }

    /// Whether it is narrower than another, and there is an import that both can mean.
    pub fn narrows(&self, other: &Selection) -> bool {
        let one_component = self.component.is_none() || other.component.is_none() || self.component == other.component;
        let one_function = self.function.is_none() || other.function.is_none() || self.function == other.function;
        let one_interface = same_interface(self.interface.as_deref(), other.interface.as_deref());
        one_component && one_function && one_interface && self.narrowness() > other.narrowness()
    }

    /// What is narrower wins: one function over its interface, one component over all.
    pub fn narrowness(&self) -> (bool, bool) {
        (self.function.is_some(), self.component.is_some())
    }
}

fn same_interface(one: Option<&str>, other: Option<&str>) -> bool {
    one.map(compatible_interface) == other.map(compatible_interface)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selection(component: Option<u32>, interface: &str, function: Option<&str>) -> Selection {
        Selection { component, interface: Some(interface.into()), function: function.map(str::to_owned) }
    }

    #[test]
    fn a_choice_for_less_of_the_same_narrows() {
        let all = selection(None, "a:b/c@1.2.0", None);
        for (other, narrows) in [
            (selection(None, "a:b/c@1.2.0", None), false),
            (selection(None, "a:b/c@1.3.0", Some("f")), true),
            (selection(None, "a:b/c@2.0.0", Some("f")), false),
            (selection(None, "a:b/d@1.2.0", Some("f")), false),
            (selection(Some(1), "a:b/c@1.2.0", None), true),
            (Selection { interface: None, ..selection(None, "", Some("f")) }, false),
        ] {
            assert_eq!(other.narrows(&all), narrows, "{other:?}");
        }
    }

    #[test]
    fn choices_for_two_functions_or_two_components_leave_each_other_alone() {
        let (f, g) = (selection(None, "a:b/c", Some("f")), selection(Some(1), "a:b/c", Some("g")));
        assert!(!f.narrows(&g) && !g.narrows(&f));
        let (one, two) = (selection(Some(1), "a:b/c", None), selection(Some(2), "a:b/c", Some("f")));
        assert!(!one.narrows(&two) && !two.narrows(&one));
        assert!(f.narrows(&one), "the function counts more than the component");
    }
}
