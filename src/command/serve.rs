//! `.serve`: answer real requests with the current component.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::{Arg, ArgKind, Args, Count, Group, Spec, Word, counted};
use crate::error::{Error, Kind, Result};
use crate::report::Outcome;
use crate::session::Session;

/// `.serve ADDRESS [--shared]`
pub static SPEC: Spec = Spec {
    name: "serve",
    args: &[
        Arg { name: "ADDRESS", kind: ArgKind::Text, count: Count::One },
        Arg { name: "--shared", kind: ArgKind::OneOf(&["--shared"]), count: Count::Optional },
    ],
    summary: "Serve the current component on a loopback address, until Ctrl-C",
    details: "The component answers HTTP as for `.http`. ADDRESS is `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080` or a port alone; \
              port 0 chooses one, and the first line says which. Each request gets an instance of its own, and those that it needs; \
              several run at a time. With `--shared` one instance answers all: several at a time in WASI 0.3, one after the other \
              in 0.2. A line for each request says what was asked, the status, the size of the body and the time, and why one \
              failed: its client gets the status 500. `.set timeout` bounds each request, `.trace on` shows what each calls.",
    examples: &[
        (".serve 127.0.0.1:8080", "open http://127.0.0.1:8080/ in a browser"),
        (".serve 127.0.0.1:0 --shared", "on a port that is free, with one instance for all requests"),
    ],
    group: Group::Values,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(word) = args.get(0) else { return Ok(Outcome::default()) };
    let shared = match args.get(1) {
        None => false,
        Some(flag) if flag.text == "--shared" => true,
        Some(other) => {
            return Err(Error::new(Kind::Parse, format!("`.serve` knows no `{}`", other.text))
                .at(other.span)
                .help("behind the address may stand `--shared`"));
        }
    };
    let address = address(word)?;
    let loaded = session.component_or_current(None)?;
    let served = session.engine.serve(loaded.component.id, address, shared).map_err(|error| error.at(word.span))?;
    let requests = counted(usize::try_from(served.requests).unwrap_or(usize::MAX), "request");
    let failures = match served.failures {
        0 => String::new(),
        failures => format!(", {failures} of them failed"),
    };
    Ok(Outcome::default().notice(format!("served {requests}{failures}")))
}

/// An address of this machine that no other can reach.
fn address(word: &Word) -> Result<SocketAddr> {
    let wrong = |why: String| {
        Error::new(Kind::Parse, why).at(word.span).help("write `127.0.0.1:8080`, or a port alone; port 0 chooses one")
    };
    let text = word.text.as_str();
    let port = |port: &str| port.parse::<u16>().ok();
    let local = text.strip_prefix("localhost:").or(text.strip_prefix(':')).unwrap_or(text);
    let address = match port(local) {
        Some(port) => SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port),
        None => text.parse().map_err(|_| wrong(format!("`{text}` is no address with a port")))?,
    };
    match address.ip().is_loopback() {
        true => Ok(address),
        false => {
            Err(wrong(format!("{} can be reached from elsewhere: only loopback addresses are served", address.ip())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Span;

    #[test]
    fn addresses_are_of_this_machine_alone() {
        let read = |text: &str| address(&Word { text: text.to_owned(), span: Span::default() });
        for (text, expected) in [
            ("127.0.0.1:80", "127.0.0.1:80"),
            ("127.9.9.9:0", "127.9.9.9:0"),
            ("8080", "127.0.0.1:8080"),
            (":8080", "127.0.0.1:8080"),
            ("localhost:8080", "127.0.0.1:8080"),
            ("[::1]:80", "[::1]:80"),
        ] {
            assert_eq!(read(text).expect(text).to_string(), expected);
        }
        for bad in ["", "127.0.0.1", "0.0.0.0:80", "[::]:80", "192.168.0.1:80", "example.org:80", "70000", "-1"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
