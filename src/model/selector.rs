//! Which written names select an interface or a function, parts of the name left out.
//!
//! Generous, as a selection is: several may fit. What a call means is decided in `eval`, not here.

use super::function::plain_name;
use super::interface::{InterfaceName, without_version};

/// `ns`, `ns:pkg`, `ns:pkg@v`, `ns:pkg/iface`, `pkg/iface`, `pkg/iface@v`, `iface`, `iface@v` or the whole name, for
/// `ns:pkg/iface@v`.
pub fn names_interface(part: &str, name: &str) -> bool {
    if part == name {
        return true;
    }
    let InterfaceName { package: Some(package), name: interface, version } = InterfaceName::parse(name) else {
        return false;
    };
    let namespace = package.split(':').next().unwrap_or(package);
    let with_version = |name: &str| version.is_some_and(|version| part.split_once('@') == Some((name, version)));
    let local = without_namespace(name).unwrap_or(interface);
    [without_version(name), local, interface, package, namespace].contains(&part)
        || [package, local, interface].into_iter().any(with_version)
}

/// `pkg/iface` of `ns:pkg/iface@v`.
pub fn without_namespace(name: &str) -> Option<&str> {
    without_version(name).split_once(':').map(|(_, local)| local)
}

/// `connection.get`, `[method]connection.get`, and `connection` for the resource with all that belongs to it.
pub fn names_item(part: &str, name: &str) -> bool {
    let plain = plain_name(name);
    part == name || part == plain || (name.starts_with('[') && plain.split('.').next() == Some(part))
}
