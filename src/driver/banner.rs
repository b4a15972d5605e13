//! The two lines that a session at a terminal begins with: what this is, what is loaded, what is granted.

use crate::engine::{Denial, Grants};
use crate::model::FileKind;
use crate::report::{Role, Text};
use crate::session::policy::show_net;
use crate::session::{Loaded, Session};
use crate::wording::counted;

/// The banner; of a core module it also says what its component lacks.
pub fn banner(session: &Session) -> Vec<Text> {
    let first = Text::of(Role::Heading, format!("witsh {}", env!("CARGO_PKG_VERSION")))
        .and(Role::Dim, " · ")
        .and(Role::Plain, ".help")
        .and(Role::Dim, " lists the commands, Tab completes, Ctrl-D leaves");
    let second = match session.components.current() {
        None => Text::plain("nothing is loaded").and(Role::Dim, " · ").and(Role::Plain, ".load FILE"),
        Some(loaded) => {
            let others = match session.components.all().len() - 1 {
                0 => String::new(),
                more => format!(" · and {more} more, .components lists them"),
            };
            Text::of(Role::Name, &*loaded.name)
                .and(Role::Plain, format!(": {}{others}", holds(loaded)))
                .and(Role::Dim, format!(" · granted: {}", granted(&session.grants)))
                .and(Role::Dim, denied(&session.engine.denials()))
        }
    };
    let core = session.components.current().map(|loaded| loaded.component.changes()).unwrap_or_default();
    let core = core.into_iter().map(|line| Text::of(Role::Dim, line));
    [first, second].into_iter().chain(core).collect()
}

fn holds(loaded: &Loaded) -> String {
    let component = &loaded.component;
    let (exports, imports) = component.counts();
    let counts = format!("{}, {}", counted(exports, "export"), counted(imports, "import"));
    match component.kind {
        FileKind::Component if component.core.is_some() => format!("a core module made into a component, {counts}"),
        FileKind::Component => counts,
        FileKind::CoreModule => format!("a core module, {counts}"),
        FileKind::WitPackage => "a WIT package, nothing to call".to_owned(),
    }
}

/// What guests may use: what everybody gets, and what the command line adds.
fn granted(grants: &Grants) -> String {
    let mut parts = vec!["stdout, stderr, clocks, random".to_owned()];
    parts.extend(grants.dirs.iter().map(|dir| {
        let only = if dir.read_only { ", read-only" } else { "" };
        format!("dir {} as {}{only}", dir.host.display(), dir.guest)
    }));
    parts.extend(grants.net.iter().map(|net| format!("net {}", show_net(net))));
    parts.extend(grants.env.iter().map(|(name, _)| format!("env {name}")));
    parts.join("; ")
}

/// What is denied whatever is granted.
fn denied(denials: &[Denial]) -> String {
    let rules: Vec<&str> = denials.iter().map(Denial::text).collect();
    if rules.is_empty() { String::new() } else { format!(" · denied: {}", rules.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::DirGrant;
    use crate::session::policy::parse_net;

    #[test]
    fn grants_are_named_without_their_values() {
        assert_eq!(granted(&Grants::default()), "stdout, stderr, clocks, random");
        let dir = |read_only| DirGrant { host: "/data".into(), guest: "/d".into(), read_only };
        let grants = Grants {
            env: vec![("TOKEN".into(), "secret".into())],
            dirs: vec![dir(false), dir(true)],
            net: vec![parse_net("[::1]:*").expect("an address")],
            ..Grants::default()
        };
        assert_eq!(
            granted(&grants),
            "stdout, stderr, clocks, random; dir /data as /d; dir /data as /d, read-only; net [::1]:*; env TOKEN"
        );
    }

    #[test]
    fn denials_are_named_where_there_are_some() {
        assert_eq!(denied(&[]), "");
        let rules = ["wasi:sockets", "log"].map(|rule| Denial::parse(rule).expect("a rule"));
        assert_eq!(denied(&rules), " · denied: wasi:sockets, log");
    }
}
