//! How grants are written, in flags, in `.allow` and in a policy file.
//!
//! Each `parse_*` gives what was wrong as a sentence for people. [`read`] and [`written`] are the two directions of the file.

use std::collections::BTreeMap;
use std::net::{IpAddr, ToSocketAddrs};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::engine::{Denial, DirGrant, Grants, HttpGrant, NetGrant, Stdin};

/// What guests may do, as a file holds it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    /// What is granted.
    pub grants: Grants,
    /// What is denied; denials win.
    pub denials: Vec<Denial>,
}

/// `NAME=VALUE`, or `NAME` for the value that the shell itself has.
pub fn parse_env(text: &str) -> Result<(String, String), String> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, value.to_owned()),
        None => match std::env::var(text) {
            Ok(value) => (text, value),
            Err(_) => return Err(format!("there is no environment variable {text}; write {text}=VALUE to set one")),
        },
    };
    match name {
        "" => Err("an environment variable is written NAME or NAME=VALUE".to_owned()),
        name => Ok((name.to_owned(), value)),
    }
}

/// `HOST[::GUEST][:ro]`; the guest sees the host's own path where it has no other.
pub fn parse_dir(text: &str) -> Result<DirGrant, String> {
    let (paths, read_only) = match text.strip_suffix(":ro") {
        Some(paths) => (paths, true),
        None => (text, false),
    };
    let (host, guest) = paths.split_once("::").unwrap_or((paths, paths));
    if host.is_empty() || guest.is_empty() {
        return Err("a directory is written HOST, HOST::GUEST, or either with :ro behind it".to_owned());
    }
    directory(host, guest, read_only)
}

fn directory(host: &str, guest: &str, read_only: bool) -> Result<DirGrant, String> {
    match std::fs::metadata(host) {
        Ok(metadata) if metadata.is_dir() => {
            Ok(DirGrant { host: PathBuf::from(host), guest: guest.to_owned(), read_only })
        }
        Ok(_) => Err(format!("{host} is not a directory")),
        Err(error) => Err(format!("{host}: {error}")),
    }
}

/// `HOST:PORT`, where HOST is a name or an address (IPv6 in brackets) and PORT may be `*`. A name is looked up here and now.
pub fn parse_net(text: &str) -> Result<NetGrant, String> {
    let wrong = || format!("`{text}` is no HOST:PORT; write `example.org:443`, `[::1]:8080` or `10.0.0.1:*`");
    let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
    let port = match port {
        "*" => None,
        port => Some(port.parse::<u16>().ok().filter(|port| *port != 0).ok_or_else(wrong)?),
    };
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_bare_ipv6 = bare.is_none() && host.contains(':');
    let host = bare.unwrap_or(host);
    if host.is_empty() || is_bare_ipv6 {
        return Err(wrong());
    }
    let addresses: Vec<IpAddr> = match host.parse() {
        Ok(address) => vec![address],
        Err(_) => {
            let found = (host, 0).to_socket_addrs().map_err(|error| format!("{host} cannot be looked up: {error}"))?;
            found.map(|address| address.ip()).collect()
        }
    };
    match addresses.is_empty() {
        true => Err(format!("{host} has no address")),
        false => Ok(NetGrant { host: host.to_owned(), port, addresses }),
    }
}

/// The text that [`parse_net`] reads as this grant.
pub fn show_net(grant: &NetGrant) -> String {
    let port = grant.port.map_or_else(|| "*".to_owned(), |port| port.to_string());
    if grant.host.contains(':') { format!("[{}]:{port}", grant.host) } else { format!("{}:{port}", grant.host) }
}

/// `HOST[:PORT]`, where HOST is a name, an address (IPv6 in brackets), `*.NAME` for every name below one, or `*`.
pub fn parse_http(text: &str) -> Result<HttpGrant, String> {
    if let Some((_, rest)) = text.split_once("://") {
        let host = rest.split('/').next().unwrap_or(rest);
        return Err(format!("`{text}` is a URL, and a grant names a host: write `{host}`"));
    }
    HttpGrant::parse(text).ok_or_else(|| {
        format!(
            "`{text}` is no HOST or HOST:PORT; write `example.org`, `*.example.org`, `127.0.0.1:8080` or `[::1]:8080`"
        )
    })
}

/// `KEY=VALUE` of `wasi:config/store`.
pub fn parse_config(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("a setting is written KEY=VALUE".to_owned()),
    }
}

/// The tables of a policy file.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
struct PolicyFile {
    deny: Vec<String>,
    net: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    http: Vec<String>,
    env: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    config: BTreeMap<String, String>,
    dir: Vec<DirEntry>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct DirEntry {
    host: String,
    guest: Option<String>,
    #[serde(default)]
    read_only: bool,
}

/// Reads the text of a policy file. Directories are relative to the working directory, as in flags.
pub fn read(text: &str) -> Result<Policy, String> {
    let file: PolicyFile = toml::from_str(text).map_err(|error| {
        let before =
            error.span().map_or(0, |span| text.as_bytes()[..span.start.min(text.len())].split(|b| *b == b'\n').count());
        match before {
            0 => error.message().to_owned(),
            line => format!("line {line}: {}", error.message()),
        }
    })?;
    let dir = |entry: &DirEntry| directory(&entry.host, entry.guest.as_deref().unwrap_or(&entry.host), entry.read_only);
    Ok(Policy {
        denials: file.deny.iter().map(|rule| Denial::parse(rule)).collect::<Result<_, _>>()?,
        grants: Grants {
            net: file.net.iter().map(|net| parse_net(net)).collect::<Result<_, _>>()?,
            dirs: file.dir.iter().map(dir).collect::<Result<_, _>>()?,
            http: file.http.iter().map(|http| parse_http(http)).collect::<Result<_, _>>()?,
            env: file.env.into_iter().collect(),
            config: file.config.into_iter().collect(),
            stdin: Stdin::Closed,
        },
    })
}

/// The text of a policy file, without its comment.
pub fn written(policy: &Policy) -> Result<String, String> {
    let dir = |dir: &DirGrant| {
        let host = dir.host.to_str().ok_or_else(|| format!("{} is not UTF-8", dir.host.display()))?;
        Ok(DirEntry { host: host.to_owned(), guest: Some(dir.guest.clone()), read_only: dir.read_only })
    };
    let file = PolicyFile {
        deny: policy.denials.iter().map(|denial| denial.text().to_owned()).collect(),
        net: policy.grants.net.iter().map(show_net).collect(),
        http: policy.grants.http.iter().map(HttpGrant::to_string).collect(),
        env: policy.grants.env.iter().cloned().collect(),
        config: policy.grants.config.iter().cloned().collect(),
        dir: policy.grants.dirs.iter().map(dir).collect::<Result<_, String>>()?,
    };
    toml::to_string(&file).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories() {
        let grant = |guest: &str, read_only| DirGrant { host: ".".into(), guest: guest.to_owned(), read_only };
        assert_eq!(parse_dir("."), Ok(grant(".", false)));
        assert_eq!(parse_dir(".::/d"), Ok(grant("/d", false)));
        assert_eq!(parse_dir(".::/d:ro"), Ok(grant("/d", true)));
        assert_eq!(parse_dir(".:ro"), Ok(grant(".", true)));
        for bad in ["", "::/d", ".::", "./no/such/dir", "Cargo.toml"] {
            assert!(parse_dir(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn variables() {
        assert_eq!(parse_env("A=1=2"), Ok(("A".to_owned(), "1=2".to_owned())));
        assert_eq!(parse_env("A="), Ok(("A".to_owned(), String::new())));
        assert!(parse_env("=x").is_err());
        assert!(parse_env("WITSH_NO_SUCH_VARIABLE").is_err());
    }

    #[test]
    fn network_addresses() {
        for (text, host, port) in
            [("10.0.0.1:80", "10.0.0.1", Some(80)), ("[::1]:7", "::1", Some(7)), ("127.0.0.1:*", "127.0.0.1", None)]
        {
            let grant = parse_net(text).expect(text);
            assert_eq!((grant.host.as_str(), grant.port), (host, port));
            assert_eq!(grant.addresses, [host.parse::<IpAddr>().expect("an address")]);
            assert_eq!(show_net(&grant), text);
        }
        for bad in ["", "10.0.0.1", ":80", "10.0.0.1:0", "10.0.0.1:65536", "10.0.0.1:http", "::1:80", "*:*:*"] {
            assert!(parse_net(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn http_hosts() {
        for text in
            ["example.org", "*.example.org:8443", "*", "*:80", "127.0.0.1:8080", "[::1]:8080", "[::1]", "localhost"]
        {
            assert_eq!(parse_http(text).expect(text).to_string(), text);
        }
        assert_eq!(parse_http("Example.ORG.:*").expect("a host").to_string(), "example.org");
        for bad in ["", ":80", "a b", "a.*.org", "*a.org", "::1", "[::1", "a:0", "a:x", "a/b", "user@a", "*.", "[*]"] {
            assert!(parse_http(bad).is_err(), "{bad}");
        }
        let url = parse_http("https://example.org/x").expect_err("a URL");
        assert_eq!(url, "`https://example.org/x` is a URL, and a grant names a host: write `example.org`");
    }

    #[test]
    fn settings() {
        assert_eq!(parse_config("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert_eq!(parse_config("a="), Ok(("a".to_owned(), String::new())));
        assert!(parse_config("a").is_err() && parse_config("=a").is_err());
    }

    #[test]
    fn a_file_holds_all_of_a_policy() {
        let policy = Policy {
            grants: Grants {
                env: vec![("A".into(), "quoted \"value\"\n".into()), ("B".into(), String::new())],
                dirs: vec![parse_dir(".::/d:ro").expect("a directory"), parse_dir("src").expect("a directory")],
                net: vec![parse_net("[::1]:7").expect("an address"), parse_net("10.0.0.1:*").expect("an address")],
                http: vec![parse_http("*.example.org:8443").expect("a host"), parse_http("[::1]").expect("a host")],
                config: vec![("greeting".into(), "hello".into())],
                stdin: Stdin::Closed,
            },
            denials: vec![Denial::parse("wasi:filesystem/types#[method]descriptor.write").expect("a rule")],
        };
        let text = written(&policy).expect("written");
        assert_eq!(read(&text).as_ref(), Ok(&policy), "{text}");
        assert_eq!(read(""), Ok(Policy::default()));
    }

    #[test]
    fn what_is_wrong_in_a_file_is_said() {
        for (text, part) in [
            ("\nallow = []", "line 2: unknown field `allow`"),
            ("deny = [\"wasi:filesystm\"]", "WASI has no `wasi:filesystm`"),
            ("net = [\"x\"]", "`x` is no HOST:PORT"),
            ("http = [\"a b\"]", "`a b` is no HOST"),
            ("[[dir]]\nguest = \"/d\"", "missing field `host`"),
            ("[[dir]]\nhost = \"./no/such\"", "./no/such: "),
            ("deny = 1", "line 1: invalid type"),
            ("[env]\nA = 1", "line 2: invalid type"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
