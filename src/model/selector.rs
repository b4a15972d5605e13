//! Which written names select an interface or a function, parts of the name left out.
//!
//! Generous, as a selection is: several may fit. What a call means is decided in `eval`, not here.

use super::function::plain_name;
use super::interface::{InterfaceName, without_version};

/// `ns`, `ns:pkg`, `ns:pkg@v`, `ns:pkg/iface`, `iface`, `iface@v` or the whole name, for `ns:pkg/iface@v`.
pub fn names_interface(part: &str, name: &str) -> bool {
    if part == name {
        return true;
    }
    let InterfaceName { package: Some(package), name: interface, version } = InterfaceName::parse(name) else {
        return false;
    };
    let namespace = package.split(':').next().unwrap_or(package);
    let with_version = |name: &str| version.is_some_and(|version| part.split_once('@') == Some((name, version)));
    [without_version(name), interface, package, namespace].contains(&part)
        || with_version(package)
        || with_version(interface)
}

/// `connection.get`, `[method]connection.get`, and `connection` for the resource with all that belongs to it.
pub fn names_item(part: &str, name: &str) -> bool {
    let plain = plain_name(name);
    part == name || part == plain || (name.starts_with('[') && plain.split('.').next() == Some(part))
}
