//! Functions by the names that people write for them.
//!
//! Built once a component, because a script's every statement looks a name up.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::function::{Function, FunctionKind};
use super::interface::compatible_interface;

/// The functions of one component (or of the host), found by name.
#[derive(Debug, Default)]
pub struct FunctionIndex {
    functions: Vec<Arc<Function>>,
    by_name: HashMap<Box<str>, Vec<usize>>,
    by_method: HashMap<Box<str>, Vec<usize>>,
}

impl FunctionIndex {
    /// An index over these.
    pub fn new(functions: Vec<Arc<Function>>) -> FunctionIndex {
        let mut by_name: HashMap<Box<str>, Vec<usize>> = HashMap::new();
        let mut by_method: HashMap<Box<str>, Vec<usize>> = HashMap::new();
        for (number, function) in functions.iter().enumerate() {
            by_name.entry((&*function.name).into()).or_default().push(number);
            match function.kind() {
                FunctionKind::Plain => {}
                FunctionKind::Method { name, .. } => by_method.entry(name.into()).or_default().push(number),
                FunctionKind::Constructor { .. } | FunctionKind::Static { .. } => {
                    by_name.entry(function.plain_name().into()).or_default().push(number);
                }
            }
        }
        FunctionIndex { functions, by_name, by_method }
    }

    /// What the host provides: all that these import, one for each name whose versions can stand in for each other.
    pub fn of_imports<'a>(imports: impl IntoIterator<Item = &'a Arc<Function>>) -> FunctionIndex {
        let mut seen: HashSet<(Vec<String>, Arc<str>)> = HashSet::new();
        let mut functions = Vec::new();
        for function in imports {
            let path = function.path.iter().map(|segment| compatible_interface(segment).to_owned()).collect();
            if seen.insert((path, function.name.clone())) {
                functions.push(function.clone());
            }
        }
        FunctionIndex::new(functions)
    }

    /// All of them, in the component's order.
    pub fn all(&self) -> &[Arc<Function>] {
        &self.functions
    }

    /// Those of this name: `add`, `counter` (a constructor), `counter.open` (a static function), `[method]counter.get`.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Arc<Function>> {
        self.by_name.get(name).into_iter().flatten().map(|number| &self.functions[*number])
    }

    /// The methods of this name, of whatever resource.
    pub fn methods_named(&self, name: &str) -> impl Iterator<Item = &Arc<Function>> {
        self.by_method.get(name).into_iter().flatten().map(|number| &self.functions[*number])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(interface: &str, name: &str) -> Arc<Function> {
        let path = (!interface.is_empty()).then(|| interface.into()).into_iter().collect();
        Arc::new(Function { path, name: name.into(), params: Vec::new(), result: None, is_async: false })
    }

    #[test]
    fn functions_are_found_by_every_name_that_people_write() {
        let index = FunctionIndex::new(vec![
            function("", "add"),
            function("a:b/c", "add"),
            function("a:b/c", "[constructor]counter"),
            function("a:b/c", "[static]counter.open"),
            function("a:b/c", "[method]counter.get"),
        ]);
        for (name, found) in [
            ("add", 2),
            ("counter", 1),
            ("[constructor]counter", 1),
            ("counter.open", 1),
            ("[method]counter.get", 1),
            ("counter.get", 0),
            ("get", 0),
        ] {
            assert_eq!(index.named(name).count(), found, "{name}");
        }
        assert_eq!(index.methods_named("get").count(), 1);
    }

    #[test]
    fn the_host_answers_compatible_versions_once() {
        let imports = [
            function("wasi:io/poll@0.2.0", "poll"),
            function("wasi:io/poll@0.2.12", "poll"),
            function("wasi:io/poll@0.3.0", "poll"),
            function("", "log"),
            function("", "log"),
        ];
        let names: Vec<String> = FunctionIndex::of_imports(&imports).all().iter().map(|f| f.full_name()).collect();
        assert_eq!(names, ["wasi:io/poll@0.2.0#poll", "wasi:io/poll@0.3.0#poll", "log"]);
    }
}
