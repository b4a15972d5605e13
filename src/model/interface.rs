//! Names of interfaces in their parts, and when a written name means one in a binary.

use std::sync::Arc;

/// `ns:pkg/iface@1.2.3` in its parts; a plain name has only the middle one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InterfaceName<'a> {
    /// `ns:pkg`
    pub package: Option<&'a str>,
    /// `iface`
    pub name: &'a str,
    /// `1.2.3`
    pub version: Option<&'a str>,
}

/// How well a written name fits one in a binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// Something was left out.
    Partial,
    /// It is the same name.
    Exact,
}

/// Which versions a written version means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Versions {
    /// Only itself.
    Same,
    /// Every one that can stand in for it: a host answers `0.2.0` and `0.2.12` alike.
    Compatible,
}

impl<'a> InterfaceName<'a> {
    /// Takes a name apart; nothing is refused.
    pub fn parse(text: &'a str) -> InterfaceName<'a> {
        let (rest, version) = match text.rsplit_once('@') {
            Some((rest, version)) => (rest, Some(version)),
            None => (text, None),
        };
        match rest.rsplit_once('/') {
            Some((package, name)) => InterfaceName { package: Some(package), name, version },
            None => InterfaceName { package: None, name: rest, version },
        }
    }

    /// Whether this name, in which parts may be left out, can mean `actual`.
    fn can_mean(self, actual: InterfaceName<'_>, versions: Versions) -> bool {
        let version_fits = match (self.version, actual.version) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(written), Some(actual)) => match versions {
                Versions::Same => written == actual,
                Versions::Compatible => compatible_version(written) == compatible_version(actual),
            },
        };
        version_fits && self.name == actual.name && (self.package.is_none() || self.package == actual.package)
    }
}

/// The part of a version that all compatible ones share: `1` of `1.4.2`, `0.2` of `0.2.12`; all of any other.
pub fn compatible_version(version: &str) -> &str {
    if version.contains('-') {
        return version;
    }
    let mut parts = version.splitn(3, '.');
    match (parts.next(), parts.next()) {
        (Some(major), Some(_)) if major != "0" => major,
        (Some(major), Some(minor)) if minor != "0" => &version[..major.len() + 1 + minor.len()],
        _ => version,
    }
}

/// The name without what compatible versions differ in: equal for `wasi:io/poll@0.2.0` and `wasi:io/poll@0.2.12`.
pub fn compatible_interface(name: &str) -> &str {
    match name.rsplit_once('@') {
        Some((rest, version)) => &name[..rest.len() + 1 + compatible_version(version).len()],
        None => name,
    }
}

/// `ns:pkg/iface` of `ns:pkg/iface@1.2.3`.
pub fn without_version(name: &str) -> &str {
    name.rsplit_once('@').map_or(name, |(rest, _)| rest)
}

/// Whether a written interface (nested instances joined with `#`, outer ones may be left out) can mean this path of instances.
pub fn fit_path(written: &str, path: &[Arc<str>], versions: Versions) -> Option<Fit> {
    let segments = written.split('#').count();
    if segments > path.len() {
        return None;
    }
    let mut fit = if segments == path.len() { Fit::Exact } else { Fit::Partial };
    for (written, actual) in written.rsplit('#').zip(path.iter().rev()) {
        if written == &**actual {
            continue;
        }
        if !InterfaceName::parse(written).can_mean(InterfaceName::parse(actual), versions) {
            return None;
        }
        fit = Fit::Partial;
    }
    Some(fit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_interface_means_those_that_it_can_stand_for() {
        let fit = |written: &str, path: &[&str], versions| {
            let path: Vec<Arc<str>> = path.iter().map(|segment| Arc::from(*segment)).collect();
            fit_path(written, &path, versions)
        };
        let full = "ns:pkg/iface@1.2.3";
        for (written, path, expected) in [
            (full, &[full][..], Some(Fit::Exact)),
            ("ns:pkg/iface", &[full], Some(Fit::Partial)),
            ("iface", &[full], Some(Fit::Partial)),
            ("iface@1.2.3", &[full], Some(Fit::Partial)),
            ("iface@1.2.4", &[full], None),
            ("other:pkg/iface", &[full], None),
            ("ifac", &[full], None),
            ("iface", &["iface"], Some(Fit::Exact)),
            ("outer#inner", &["outer", "inner"], Some(Fit::Exact)),
            ("inner", &["outer", "inner"], Some(Fit::Partial)),
            ("outer", &["outer", "inner"], None),
            ("iface", &[], None),
        ] {
            assert_eq!(fit(written, path, Versions::Same), expected, "{written} for {path:?}");
        }
        assert_eq!(fit("iface@1.9.0", &[full], Versions::Compatible), Some(Fit::Partial));
        assert_eq!(fit("iface@2.0.0", &[full], Versions::Compatible), None);
    }

    #[test]
    fn compatible_versions_share_a_part() {
        for (version, expected) in
            [("1.4.2", "1"), ("0.2.12", "0.2"), ("0.0.3", "0.0.3"), ("0.3.0-rc.1", "0.3.0-rc.1"), ("7", "7")]
        {
            assert_eq!(compatible_version(version), expected);
        }
        assert_eq!(compatible_interface("wasi:io/poll@0.2.12"), "wasi:io/poll@0.2");
        assert_eq!(compatible_interface("plain"), "plain");
    }
}
