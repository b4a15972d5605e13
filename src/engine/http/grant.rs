//! Which hosts a guest may send HTTP requests to, by name and port.
//!
//! A grant is matched against what the guest wrote into its request, not against addresses: a host means whatever its name is
//! looked up as when the request is sent.

use std::fmt;
use std::net::IpAddr;

/// Hosts that a guest may send requests to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpGrant {
    /// Which.
    host: Host,
    /// The only port, or any.
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Host {
    /// `*`
    Any,
    /// `*.example.org`, without the `*`: every name that ends so.
    Below(String),
    /// One name, in lower case.
    Name(String),
    /// One address.
    Address(IpAddr),
}

impl HttpGrant {
    /// Reads `HOST[:PORT]`, where PORT may be `*`, an IPv6 address stands in brackets, and `*` or `*.NAME` stand for many hosts.
    pub fn parse(text: &str) -> Option<HttpGrant> {
        let bracket = text.rfind(']');
        let (host, port) = match text.rfind(':').filter(|colon| bracket.is_none_or(|bracket| bracket < *colon)) {
            Some(colon) => (&text[..colon], Some(&text[colon + 1..])),
            None => (text, None),
        };
        let port = match port {
            None | Some("*") => None,
            Some(port) => Some(port.parse::<u16>().ok().filter(|port| *port != 0)?),
        };
        Some(HttpGrant { host: Host::parse(host)?, port })
    }

    /// Whether it means this host, as it stands in a request, and this port.
    pub fn means(&self, host: &str, port: u16) -> bool {
        self.port.is_none_or(|granted| granted == port)
            && match (&self.host, Host::parse(host)) {
                (Host::Any, _) => true,
                (Host::Below(end), Some(Host::Name(name))) => name.ends_with(end) && name.len() > end.len(),
                (granted, Some(actual)) => *granted == actual,
                (_, None) => false,
            }
    }
}

impl Host {
    fn parse(text: &str) -> Option<Host> {
        if text == "*" {
            return Some(Host::Any);
        }
        if let Some(address) = text.strip_prefix('[') {
            let address: IpAddr = address.strip_suffix(']')?.parse().ok()?;
            return address.is_ipv6().then(|| Host::Address(address.to_canonical()));
        }
        let name = text.strip_prefix('*').unwrap_or(text).trim_end_matches('.').to_ascii_lowercase();
        let labels = match text.starts_with('*') {
            true => name.strip_prefix('.')?,
            false => name.as_str(),
        };
        let is_label =
            |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
        if !labels.split('.').all(is_label) {
            return None;
        }
        match name.parse::<IpAddr>() {
            _ if text.starts_with('*') => Some(Host::Below(name)),
            Ok(address) => Some(Host::Address(address)),
            Err(_) => Some(Host::Name(name)),
        }
    }
}

/// As [`HttpGrant::parse`] reads it.
impl fmt::Display for HttpGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Any => f.write_str("*")?,
            Host::Below(end) => write!(f, "*{end}")?,
            Host::Name(name) => f.write_str(name)?,
            Host::Address(IpAddr::V6(address)) => write!(f, "[{address}]")?,
            Host::Address(address) => write!(f, "{address}")?,
        }
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(grant: &str, meant: &[(&str, u16)], other: &[(&str, u16)]) {
        let grant = HttpGrant::parse(grant).expect("a grant");
        for (host, port) in meant {
            assert!(grant.means(host, *port), "{grant} means {host}:{port}");
        }
        for (host, port) in other {
            assert!(!grant.means(host, *port), "{grant} does not mean {host}:{port}");
        }
    }

    #[test]
    fn a_name_means_itself() {
        let others = [("www.example.org", 80), ("example.com", 80), ("badexample.org", 80), ("example.org.evil", 80)];
        check("example.org", &[("example.org", 80), ("EXAMPLE.org.", 8443)], &others);
        check("example.org:443", &[("example.org", 443)], &[("example.org", 80)]);
    }

    #[test]
    fn a_star_means_every_name_below() {
        let meant = [("www.example.org", 80), ("a.b.Example.Org", 1)];
        check("*.example.org", &meant, &[("example.org", 80), ("badexample.org", 80), (".example.org", 80)]);
        check("*", &[("example.org", 80), ("127.0.0.1", 1), ("[::1]", 1)], &[]);
        check("*:80", &[("example.org", 80)], &[("example.org", 443)]);
    }

    #[test]
    fn addresses_are_no_names() {
        check("127.0.0.1", &[("127.0.0.1", 80)], &[("localhost", 80), ("127.1", 80), ("2130706433", 80)]);
        check("[::1]:80", &[("[::1]", 80), ("[0:0:0:0:0:0:0:1]", 80)], &[("::1", 80), ("[::2]", 80)]);
        check("10.0.0.1", &[("[::ffff:10.0.0.1]", 80)], &[]);
        check("*.0.0.1", &[], &[("127.0.0.1", 80)]);
    }
}
