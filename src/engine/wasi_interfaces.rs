//! Which interfaces of WASI the runtime implements, and under which names. Only names: what they do is `wasi.rs`.

use crate::model::interface::compatible_version;

/// The versions that the runtime names its interfaces by.
const OWN_VERSIONS: [&str; 2] = ["0.2.12", "0.3.0"];

/// The packages and interfaces that the runtime implements, in both versions.
const INTERFACES: &[(&str, &[&str])] = &[
    (
        "0.2",
        &[
            "cli/environment",
            "cli/exit",
            "cli/stderr",
            "cli/stdin",
            "cli/stdout",
            "cli/terminal-input",
            "cli/terminal-output",
            "cli/terminal-stderr",
            "cli/terminal-stdin",
            "cli/terminal-stdout",
            "clocks/monotonic-clock",
            "clocks/wall-clock",
            "filesystem/preopens",
            "filesystem/types",
            "http/outgoing-handler",
            "http/types",
            "io/error",
            "io/poll",
            "io/streams",
            "random/insecure",
            "random/insecure-seed",
            "random/random",
            "sockets/instance-network",
            "sockets/ip-name-lookup",
            "sockets/network",
            "sockets/tcp",
            "sockets/tcp-create-socket",
            "sockets/udp",
            "sockets/udp-create-socket",
        ],
    ),
    (
        "0.3",
        &[
            "cli/environment",
            "cli/exit",
            "cli/stderr",
            "cli/stdin",
            "cli/stdout",
            "cli/terminal-input",
            "cli/terminal-output",
            "cli/terminal-stderr",
            "cli/terminal-stdin",
            "cli/terminal-stdout",
            "cli/types",
            "clocks/monotonic-clock",
            "clocks/system-clock",
            "clocks/types",
            "filesystem/preopens",
            "filesystem/types",
            "http/client",
            "http/types",
            "random/insecure",
            "random/insecure-seed",
            "random/random",
            "sockets/ip-name-lookup",
            "sockets/types",
        ],
    ),
];

/// The interfaces of WASI that the shell's own builtins answer, in the versions that there are so far.
const BUILTINS: [&str; 5] = [
    "wasi:config/store@0.2.0-rc.1",
    "wasi:keyvalue/atomics@0.2.0-draft",
    "wasi:keyvalue/batch@0.2.0-draft",
    "wasi:keyvalue/store@0.2.0-draft",
    "wasi:logging/logging@0.1.0-draft",
];

/// Whether the runtime implements this interface: `wasi:cli/exit@0.2.6` by the rule that 0.2.x serves every 0.2.y.
pub fn implements(interface: &str) -> bool {
    let Some((name, version)) = interface.strip_prefix("wasi:").and_then(|rest| rest.split_once('@')) else {
        return false;
    };
    INTERFACES.iter().any(|(known, names)| compatible_version(version) == *known && names.contains(&name))
}

/// The name under which the runtime has an interface that it [`implements`]: with its own version, not the guest's.
pub fn own_name(interface: &str) -> String {
    let (name, version) = interface.split_once('@').unwrap_or((interface, ""));
    let own = OWN_VERSIONS.into_iter().find(|own| compatible_version(own) == compatible_version(version));
    format!("{name}@{}", own.unwrap_or(version))
}

/// Whether the runtime implements any interface for which this holds, or a builtin answers one.
pub fn has_any(test: impl Fn(&str) -> bool) -> bool {
    let mut implemented = OWN_VERSIONS.iter().zip(INTERFACES);
    BUILTINS.iter().any(|name| test(name))
        || implemented.any(|(version, (_, names))| names.iter().any(|name| test(&format!("wasi:{name}@{version}"))))
}
