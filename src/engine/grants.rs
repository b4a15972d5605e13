//! What the user grants to guests through WASI: environment variables, directories, network addresses, HTTP hosts, settings, a
//! standard input.
//!
//! Nothing here touches a guest; `wasi.rs` builds its state from a [`Grants`].

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use bytes::Bytes;
use wasmtime_wasi::sockets::SocketAddrUse;

use super::http::HttpGrant;

/// What WASI grants to guests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    /// Environment variables.
    pub env: Vec<(String, String)>,
    /// Directories.
    pub dirs: Vec<DirGrant>,
    /// Addresses to connect to.
    pub net: Vec<NetGrant>,
    /// Hosts to send HTTP requests to.
    pub http: Vec<HttpGrant>,
    /// What `wasi:config/store` holds.
    pub config: Vec<(String, String)>,
    /// What guests read from standard input.
    pub stdin: Stdin,
}

/// What guests read from standard input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Stdin {
    /// Nothing.
    #[default]
    Closed,
    /// These bytes.
    Bytes(Bytes),
    /// What is typed at the terminal of this path.
    Terminal(PathBuf),
}

/// A directory that a guest sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirGrant {
    /// Its path on the host.
    pub host: PathBuf,
    /// Its path in the guest.
    pub guest: String,
    /// The guest may not change it.
    pub read_only: bool,
}

/// A host that a guest may connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetGrant {
    /// The name or address as it was written.
    pub host: String,
    /// The only port, or any.
    pub port: Option<u16>,
    /// The host's addresses when it was granted.
    pub addresses: Vec<IpAddr>,
}

impl Grants {
    /// Adds what others grant; a variable, a setting or a directory under a name that is taken replaces the earlier one.
    pub fn extend(&mut self, more: Grants) {
        more.env.into_iter().for_each(|pair| set(&mut self.env, pair));
        more.config.into_iter().for_each(|pair| set(&mut self.config, pair));
        for dir in more.dirs {
            self.dirs.retain(|known| known.guest != dir.guest);
            self.dirs.push(dir);
        }
        for net in more.net {
            self.net.retain(|known| (&known.host, known.port) != (&net.host, net.port));
            self.net.push(net);
        }
        for http in more.http {
            self.http.retain(|known| *known != http);
            self.http.push(http);
        }
        if more.stdin != Stdin::Closed {
            self.stdin = more.stdin;
        }
    }

    /// Whether a guest may use this address so. Grants are for talking to others: nobody may listen.
    pub fn permits(&self, address: SocketAddr, purpose: SocketAddrUse) -> bool {
        let granted = self.net.iter().any(|grant| grant.means(address));
        match purpose {
            SocketAddrUse::TcpConnect | SocketAddrUse::UdpSend | SocketAddrUse::UdpReceive => granted,
            // The system binds a socket that connects to an address of its own choice.
            SocketAddrUse::TcpBind | SocketAddrUse::UdpBind => {
                !self.net.is_empty() && address.ip().is_unspecified() && address.port() == 0
            }
            SocketAddrUse::TcpListen | SocketAddrUse::TcpAccept => false,
        }
    }
}

/// Puts a value under a name, in the place of an earlier one.
fn set(pairs: &mut Vec<(String, String)>, (name, value): (String, String)) {
    pairs.retain(|(known, _)| *known != name);
    pairs.push((name, value));
}

impl NetGrant {
    /// Whether it means this address.
    pub fn means(&self, address: SocketAddr) -> bool {
        let ip = address.ip().to_canonical();
        self.port.is_none_or(|port| port == address.port())
            && self.addresses.iter().any(|known| known.to_canonical() == ip)
    }

    /// Whether the host was written as a name, which a guest has to look up.
    pub fn is_name(&self) -> bool {
        self.host.parse::<IpAddr>().is_err()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(host: &str, port: Option<u16>) -> NetGrant {
        NetGrant { host: host.into(), port, addresses: vec![host.parse().expect("an address")] }
    }

    #[test]
    fn only_granted_addresses_are_talked_to() {
        let grants = Grants { net: vec![net("10.0.0.1", Some(80)), net("::1", None)], ..Grants::default() };
        let permits = |address: &str, purpose| grants.permits(address.parse().expect("an address"), purpose);
        for purpose in [SocketAddrUse::TcpConnect, SocketAddrUse::UdpSend, SocketAddrUse::UdpReceive] {
            assert!(permits("10.0.0.1:80", purpose));
            assert!(permits("[::ffff:10.0.0.1]:80", purpose), "the same address in its IPv6 form");
            assert!(permits("[::1]:7", purpose));
            assert!(!permits("10.0.0.1:81", purpose));
            assert!(!permits("10.0.0.2:80", purpose));
            assert!(!permits("0.0.0.0:80", purpose));
        }
    }

    #[test]
    fn nobody_listens() {
        let grants = Grants { net: vec![net("127.0.0.1", None)], ..Grants::default() };
        let permits = |address: &str, purpose| grants.permits(address.parse().expect("an address"), purpose);
        assert!(permits("0.0.0.0:0", SocketAddrUse::TcpBind), "the system's choice before connecting");
        assert!(!permits("127.0.0.1:80", SocketAddrUse::TcpBind));
        assert!(!permits("0.0.0.0:80", SocketAddrUse::UdpBind));
        assert!(!permits("127.0.0.1:80", SocketAddrUse::TcpListen));
        assert!(!permits("127.0.0.1:80", SocketAddrUse::TcpAccept));
        assert!(!Grants::default().permits("0.0.0.0:0".parse().expect("an address"), SocketAddrUse::TcpBind));
    }

    #[test]
    fn a_later_grant_of_the_same_name_replaces_the_earlier() {
        let env = |value: &str| Grants { env: vec![("A".into(), value.into())], ..Grants::default() };
        let dir = |host: &str| DirGrant { host: host.into(), guest: "/d".into(), read_only: false };
        let mut grants = Grants { dirs: vec![dir("x")], stdin: Stdin::Bytes(Bytes::from("in")), ..env("1") };
        grants.extend(Grants { dirs: vec![dir("y")], ..env("2") });
        assert_eq!(grants, Grants { dirs: vec![dir("y")], stdin: Stdin::Bytes(Bytes::from("in")), ..env("2") });
    }
}
