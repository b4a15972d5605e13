//! Requests and a server at the prompt.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;

use super::support::Terminal;

/// A handler that does what its path says.
const CORNERS: &[u8] = include_bytes!("../http/corners-v2.wasm");

fn corners() -> Terminal {
    let mut terminal =
        Terminal::prepared(|home, _| fs::write(home.path().join("probe.wasm"), CORNERS).expect("a component"));
    terminal.sees("probe> ");
    terminal
}

#[test]
fn a_person_gets_json_in_lines() {
    let mut terminal = corners();
    terminal.keys(".http GET /json\r");
    terminal.sees_line("{\r\n  \"name\": \"x\",\r\n  \"list\": [\r\n    1,\r\n    2.50\r\n  ],\r\n  \"none\": {}\r\n}");
    terminal.keys("$_.body\r");
    terminal.sees(r#""{\"name\":\"x\",\"list\":[1,2.50],\"none\":{}}""#);
    terminal.leaves();
}

#[test]
fn control_c_ends_a_request() {
    let mut terminal = corners();
    for path in ["/spin", "/sleep/3600000"] {
        terminal.keys(&format!(".http GET {path}\r"));
        terminal.sees("\r\n");
        assert!(terminal.interrupts().contains("was interrupted"), "{path}");
    }
    terminal.keys(".http GET /count\r");
    terminal.sees("HTTP/1.1 200 OK");
    terminal.leaves();
}

#[test]
fn control_c_ends_a_server_and_what_it_is_at_work_on() {
    let mut terminal = corners();
    terminal.keys(".serve 0\r");
    terminal.sees("http://");
    let address = terminal.sees("/ until Ctrl-C");
    let ask = |path: &str| {
        let mut stream = TcpStream::connect(&address).expect("a connection");
        write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").expect("sent");
        stream
    };
    let mut answer = String::new();
    ask("/escape").read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    terminal.sees("GET /escape 200, 10 bytes, ");
    let _waits = [ask("/spin"), ask("/sleep/3600000"), ask("/endless")];
    assert!(terminal.interrupts().contains("served 1 request"));
    assert!(TcpStream::connect(&address).is_err(), "nobody listens any more");
    terminal.keys(".http GET /count\r");
    terminal.sees("HTTP/1.1 200 OK");
    terminal.leaves();
}
