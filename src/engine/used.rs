//! What of its grants a session's calls needed: directories, variables, addresses, hosts, settings, as far as arguments tell.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::grants::{Grants, NetGrant};
use super::http::HttpGrant;
use crate::crossing::Crossing;
use crate::model::Type;
use crate::model::interface::without_version;
use crate::value::Value;

/// Calls on a descriptor that say nothing of whether its directory was needed: start-up code makes them on all.
const LOOKS: [&str; 2] = ["get-type", "get-flags"];
/// How the names of those begin that change something.
const WRITES: [&str; 9] = ["write", "append", "set-", "create-", "remove-", "rename-", "unlink-", "symlink-", "link-"];
/// Flags of an opened file that ask for the right to change something.
const WRITE_FLAGS: [&str; 5] = ["write", "mutate-directory", "create", "exclusive", "truncate"];
/// Ports of requests that name none.
const WEB_PORTS: [u16; 2] = [80, 443];

/// What was used.
#[derive(Clone, Debug, Default)]
pub struct Used {
    environment: bool,
    /// The granted directory that a descriptor came from, by component and number.
    descriptors: HashMap<(String, u32), String>,
    /// The guest's names of the directories, and whether anything in them was changed.
    directories: BTreeMap<String, bool>,
    addresses: BTreeSet<SocketAddr>,
    names: BTreeSet<String>,
    authorities: BTreeSet<String>,
    settings: BTreeSet<String>,
    all_settings: bool,
}

impl Used {
    /// A call was answered with this.
    pub fn see(&mut self, crossing: &Crossing, result: Option<&Value>) {
        let Some(interface) = crossing.function.path.first() else { return };
        let name = &*crossing.function.name;
        match without_version(interface) {
            "wasi:cli/environment" => self.environment |= name == "get-environment",
            "wasi:filesystem/preopens" => self.preopened(crossing, result),
            "wasi:filesystem/types" => self.file(crossing, result),
            "wasi:config/store" => match crossing.args.first() {
                Some(Value::String(key)) => drop(self.settings.insert(key.clone())),
                _ => self.all_settings = true,
            },
            "wasi:http/types" if name.ends_with(".set-authority") => {
                if let Some(Value::Option(Some(authority))) = crossing.args.get(1)
                    && let Value::String(authority) = &**authority
                {
                    self.authorities.insert(authority.clone());
                }
            }
            interface if interface.starts_with("wasi:sockets/") && !name.contains("bind") => {
                for (arg, param) in crossing.args.iter().zip(&crossing.function.params) {
                    self.socket(arg, &param.ty);
                    if let (Value::String(host), true) = (arg, name.contains("resolve-addresses")) {
                        self.names.insert(host.clone());
                    }
                }
            }
            _ => {}
        }
    }

    fn preopened(&mut self, crossing: &Crossing, result: Option<&Value>) {
        let Some(Value::List(directories)) = result else { return };
        for directory in directories {
            if let Value::Tuple(parts) = directory
                && let [Value::Handle(number), Value::String(path)] = &parts[..]
            {
                self.descriptors.insert((crossing.caller.to_string(), *number), path.clone());
            }
        }
    }

    fn file(&mut self, crossing: &Crossing, result: Option<&Value>) {
        let Some(method) = crossing.function.name.strip_prefix("[method]descriptor.") else { return };
        if LOOKS.contains(&method) {
            return;
        }
        let writes = WRITES.iter().any(|begin| method.starts_with(begin)) || asks_to_write(crossing);
        let of = |value: &Value| match value {
            Value::Handle(number) => self.descriptors.get(&(crossing.caller.to_string(), *number)).cloned(),
            _ => None,
        };
        let touched: Vec<String> = crossing.args.iter().filter_map(of).collect();
        if let (Some(first), Some(Value::Result(Ok(Some(opened))))) = (touched.first(), result)
            && let Value::Handle(number) = **opened
            && method == "open-at"
        {
            self.descriptors.insert((crossing.caller.to_string(), number), first.clone());
        }
        for directory in touched {
            *self.directories.entry(directory).or_default() |= writes;
        }
    }

    /// Takes note of every address in a value.
    fn socket(&mut self, value: &Value, ty: &Type) {
        match (value, ty) {
            (Value::Variant(case, Some(payload)), Type::Variant(variant)) => {
                let is_address = variant.name.as_ref().is_some_and(|name| &*name.name == "ip-socket-address");
                match address(payload).filter(|_| is_address) {
                    Some(address) => drop(self.addresses.insert(address)),
                    None => {
                        let case = variant.cases.get(*case as usize).and_then(|case| case.ty.as_ref());
                        case.into_iter().for_each(|ty| self.socket(payload, ty));
                    }
                }
            }
            (Value::Option(Some(payload)), Type::Option(ty)) => self.socket(payload, ty),
            (Value::List(items), Type::List(ty)) => items.iter().for_each(|item| self.socket(item, ty)),
            (Value::Record(fields), Type::Record(record)) => {
                fields.iter().zip(&record.fields).for_each(|(field, known)| self.socket(field, &known.ty));
            }
            _ => {}
        }
    }

    /// Of these grants, what was needed; where that was less, as little.
    pub fn least(&self, granted: &Grants) -> Grants {
        let mut least = Grants { stdin: granted.stdin.clone(), ..Grants::default() };
        if self.environment {
            least.env.clone_from(&granted.env);
        }
        for dir in &granted.dirs {
            if let Some(written) = self.directories.get(&dir.guest) {
                let mut dir = dir.clone();
                dir.read_only |= !written;
                least.dirs.push(dir);
            }
        }
        least.net = granted.net.iter().flat_map(|grant| self.least_net(grant)).collect();
        for authority in &self.authorities {
            let of = HttpGrant::parse(authority);
            let is_granted = granted.http.iter().any(|grant| means(grant, authority));
            least.http.extend(of.filter(|_| is_granted));
        }
        let is_used = |key: &String| self.all_settings || self.settings.contains(key);
        least.config = granted.config.iter().filter(|(key, _)| is_used(key)).cloned().collect();
        least
    }

    /// A grant for any port becomes one for each port that was talked to.
    fn least_net(&self, grant: &NetGrant) -> Vec<NetGrant> {
        let ports: BTreeSet<u16> =
            self.addresses.iter().filter(|address| grant.means(**address)).map(SocketAddr::port).collect();
        match ports.is_empty() && grant.is_name() && self.names.contains(&grant.host) {
            true => vec![grant.clone()],
            false => ports.into_iter().map(|port| NetGrant { port: Some(port), ..grant.clone() }).collect(),
        }
    }
}

fn means(grant: &HttpGrant, authority: &str) -> bool {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if port.chars().all(|c| c.is_ascii_digit()) => (host, port.parse().ok()),
        _ => (authority, None),
    };
    match port {
        Some(port) => grant.means(host, port),
        None => WEB_PORTS.iter().any(|port| grant.means(host, *port)),
    }
}

/// Whether a file is opened so that it can be changed.
fn asks_to_write(crossing: &Crossing) -> bool {
    crossing.args.iter().zip(&crossing.function.params).any(|(arg, param)| match (arg, &param.ty) {
        (Value::Flags(set), Type::Flags(labels)) => {
            set.iter().filter_map(|flag| labels.labels.get(*flag as usize)).any(|label| WRITE_FLAGS.contains(&&**label))
        }
        _ => false,
    })
}

/// `{port: …, address: (…)}` of IPv4, and of IPv6 with what stands between.
fn address(value: &Value) -> Option<SocketAddr> {
    let Value::Record(fields) = value else { return None };
    let Some(Value::U16(port)) = fields.first() else { return None };
    let parts = fields.iter().find_map(|field| if let Value::Tuple(parts) = field { Some(parts) } else { None })?;
    let bytes: Vec<u8> =
        parts.iter().filter_map(|part| if let Value::U8(byte) = part { Some(*byte) } else { None }).collect();
    let words: Vec<u16> =
        parts.iter().filter_map(|part| if let Value::U16(word) = part { Some(*word) } else { None }).collect();
    let ip = match (<[u8; 4]>::try_from(bytes), <[u16; 8]>::try_from(words)) {
        (Ok(bytes), _) => IpAddr::V4(Ipv4Addr::from(bytes)),
        (_, Ok(words)) => IpAddr::V6(Ipv6Addr::from(words)),
        _ => return None,
    };
    Some(SocketAddr::new(ip, *port))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::crossing::{Ending, Way};
    use crate::engine::DirGrant;
    use crate::model::types::{Case, Labels, Variant};
    use crate::model::{Function, Param, TypeName};

    fn call(interface: &str, name: &str, args: Vec<(Value, Type)>) -> Crossing {
        let (args, types): (Vec<_>, Vec<_>) = args.into_iter().unzip();
        let params = types.into_iter().map(|ty| Param { name: "a".into(), ty }).collect();
        let function =
            Function { path: vec![interface.into()], name: name.into(), params, result: None, is_async: false };
        Crossing {
            number: 1,
            parent: None,
            depth: 0,
            way: Way::Import,
            caller: "c".into(),
            answerer: "wasi".into(),
            function: Arc::new(function),
            args,
        }
    }

    fn ending(value: Value) -> Ending {
        Ending { result: Ok(Some(value)), elapsed: Duration::ZERO }
    }

    fn see(used: &mut Used, crossing: &Crossing, given: Value) {
        used.see(crossing, ending(given).result.as_ref().ok().and_then(Option::as_ref));
    }

    const FILES: &str = "wasi:filesystem/types@0.2.6";

    #[test]
    fn a_directory_is_kept_if_something_in_it_was_used_and_written_only_if_it_was() {
        let mut used = Used::default();
        let pair = |number, path: &str| Value::Tuple(vec![Value::Handle(number), Value::String(path.into())]);
        let preopens = call("wasi:filesystem/preopens@0.2.6", "get-directories", vec![]);
        see(&mut used, &preopens, Value::List(vec![pair(1, "/read"), pair(2, "/written"), pair(3, "/unused")]));
        let labels = |names: &[&str]| {
            Type::Flags(Arc::new(Labels { name: None, labels: names.iter().map(|name| (*name).into()).collect() }))
        };
        let flags = labels(&["read", "write"]);
        let on = |number| (Value::Handle(number), Type::U32);
        let open = |number, set| {
            call(FILES, "[method]descriptor.open-at", vec![on(number), (Value::Flags(set), flags.clone())])
        };
        let opened = |number| Value::Result(Ok(Some(Box::new(Value::Handle(number)))));
        see(&mut used, &open(1, vec![0]), opened(4));
        see(&mut used, &open(2, vec![0]), opened(5));
        see(&mut used, &call(FILES, "[method]descriptor.write", vec![on(5)]), Value::Bool(true));
        see(&mut used, &call(FILES, "[method]descriptor.get-type", vec![on(3)]), Value::Bool(true));
        let dir = |guest: &str, read_only| DirGrant { host: ".".into(), guest: guest.into(), read_only };
        let granted = Grants {
            dirs: vec![dir("/read", false), dir("/written", false), dir("/unused", false)],
            env: vec![("A".into(), "1".into())],
            ..Grants::default()
        };
        assert_eq!(used.least(&granted).dirs, [dir("/read", true), dir("/written", false)]);
        assert_eq!(used.least(&granted).env, []);
        see(&mut used, &open(1, vec![1]), opened(6));
        see(&mut used, &call("wasi:cli/environment@0.2.0", "get-environment", vec![]), Value::List(vec![]));
        assert_eq!(used.least(&granted).dirs[0], dir("/read", false));
        assert_eq!(used.least(&granted).env, granted.env);
    }

    #[test]
    fn addresses_and_hosts_are_kept_as_narrow_as_they_were_used() {
        let mut used = Used::default();
        let name = TypeName { interface: None, name: "ip-socket-address".into() };
        let cases =
            vec![Case { name: "ipv4".into(), ty: Some(Type::U8) }, Case { name: "ipv6".into(), ty: Some(Type::U8) }];
        let ty = Type::Variant(Arc::new(Variant { name: Some(name), cases }));
        let parts = [10, 0, 0, 1].map(Value::U8).to_vec();
        let address = Value::Variant(0, Some(Box::new(Value::Record(vec![Value::U16(80), Value::Tuple(parts)]))));
        see(
            &mut used,
            &call("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.start-connect", vec![(address, ty)]),
            Value::Bool(true),
        );
        let authority = Value::Option(Some(Box::new(Value::String("a.example.org".into()))));
        let http = call(
            "wasi:http/types@0.2.0",
            "[method]outgoing-request.set-authority",
            vec![(Value::Handle(1), Type::U32), (authority, Type::U32)],
        );
        see(&mut used, &http, Value::Bool(true));
        let net =
            |host: &str, port| NetGrant { host: host.into(), port, addresses: vec![host.parse().expect("an address")] };
        let http = |text: &str| HttpGrant::parse(text).expect("a grant");
        let granted = Grants {
            net: vec![net("10.0.0.1", None), net("10.0.0.2", None)],
            http: vec![http("*.example.org"), http("other.org")],
            config: vec![("k".into(), "v".into())],
            ..Grants::default()
        };
        let least = used.least(&granted);
        assert_eq!((least.net, least.http), (vec![net("10.0.0.1", Some(80))], vec![http("a.example.org")]));
        assert_eq!(least.config, []);
        assert_eq!(used.least(&Grants::default()), Grants::default());
    }
}
