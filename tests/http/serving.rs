//! `.serve`: many requests at once, those that fail, and how it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::shell::{corners, demo, shell};

/// A shell that serves, until it is stopped.
struct Serving {
    child: Child,
    stderr: BufReader<ChildStderr>,
    address: String,
}

impl Serving {
    fn start(component: &Path, flags: &[&str], options: &str) -> Serving {
        let mut command = shell(component);
        command.args(flags).args(["-e", &format!(".serve 127.0.0.1:0{options}")]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the shell starts");
        let mut stderr = BufReader::new(child.stderr.take().expect("its standard error"));
        let mut line = String::new();
        while !line.contains("http://") {
            line.clear();
            assert!(stderr.read_line(&mut line).expect("a line") > 0, "it does not serve");
        }
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
        assert!(!address.is_empty(), "{line}");
        Serving { address: address.to_owned(), child, stderr }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).expect("a connection")
    }

    /// One request on a connection of its own: the status and the body.
    fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut stream = self.connect();
        let length = body.len();
        let head =
            format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
        stream.write_all((head + body).as_bytes()).expect("sent");
        let mut response = String::new();
        // A body that breaks off ends the connection.
        let _ = stream.read_to_string(&mut response);
        let (head, body) = response.split_once("\r\n\r\n").unwrap_or((&response, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        (status.unwrap_or_else(|| panic!("no response: {response}")), body.to_owned())
    }

    /// Ctrl-C once there are lines about so many requests: the exit status and all lines that it wrote.
    fn stop_after(mut self, requests: usize) -> (ExitStatus, Vec<String>) {
        let mut lines = Vec::new();
        while lines.iter().filter(|line: &&String| line.contains(" bytes, ")).count() < requests {
            let mut line = String::new();
            assert!(self.stderr.read_line(&mut line).expect("a line") > 0, "{lines:#?}");
            lines.push(line.trim_end().to_owned());
        }
        let (status, rest) = self.stop();
        lines.extend(rest);
        (status, lines)
    }

    /// Ctrl-C: the exit status and the lines that were not read before.
    fn stop(mut self) -> (ExitStatus, Vec<String>) {
        let signalled = std::process::Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(signalled.expect("kill runs").success());
        let status = self.child.wait().expect("it ends");
        (status, self.stderr.by_ref().lines().map_while(Result::ok).collect())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The line about a request to this path, without its time.
#[track_caller]
fn line<'a>(lines: &'a [String], begin: &str) -> &'a str {
    let found = lines.iter().find(|line| line.starts_with(begin));
    found.unwrap_or_else(|| panic!("no {begin} in {lines:#?}"))
}

#[test]
fn a_thousand_requests_are_answered_fifty_at_a_time() {
    for (component, options) in [
        (demo("http-handler", "handler-0-2"), ""),
        (demo("http-handler", "handler-0-2"), " --shared"),
        (demo("http-middleware", "service"), ""),
        (demo("http-middleware", "service"), " --shared"),
    ] {
        let serving = Serving::start(&component, &[], options);
        let left = AtomicUsize::new(1_000);
        let answered = AtomicUsize::new(0);
        let take = || left.try_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        thread::scope(|scope| {
            for _ in 0..50 {
                scope.spawn(|| {
                    while take() {
                        let (status, body) = serving.ask("GET", "/", "");
                        assert!(status == 200 && body.contains("Hello from WASI 0."), "{status} {body}");
                        answered.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(answered.into_inner(), 1_000);
        let (status, lines) = serving.stop_after(1_000);
        assert!(status.success(), "{status}");
        assert_eq!(lines.last().map(String::as_str), Some("served 1000 requests"));
        assert_eq!(lines.iter().filter(|line| line.starts_with("GET / 200, 21 bytes, ")).count(), 1_000);
    }
}

#[test]
fn each_request_has_an_instance_of_its_own_unless_it_is_shared() {
    for version in ["v2", "v3"] {
        for (options, expected) in [("", ["1\n", "1\n", "1\n"]), (" --shared", ["1\n", "2\n", "3\n"])] {
            let serving = Serving::start(&corners(version), &[], options);
            let bodies: Vec<String> = (0..3).map(|_| unchunked(&serving.ask("GET", "/count", "").1)).collect();
            assert_eq!(bodies, expected, "{version}{options}");
            serving.stop();
        }
    }
}

/// The body of a response that came in one chunk.
fn unchunked(body: &str) -> String {
    body.split("\r\n").nth(1).unwrap_or(body).to_owned()
}

#[test]
fn a_request_that_fails_costs_that_request() {
    for (version, options) in [("v2", ""), ("v2", " --shared"), ("v3", ""), ("v3", " --shared")] {
        let serving = Serving::start(&corners(version), &["--timeout", "300ms"], options);
        for path in ["/trap", "/error", "/spin", "/sleep/3600000"] {
            assert_eq!(serving.ask("GET", path, "").0, 500, "{version}{options} {path}");
        }
        let (status, body) = serving.ask("GET", "/trap-in-body", "");
        assert!(status == 200 && body.contains("the beginning"), "{status} {body}");
        assert_eq!(serving.ask("POST", "/echo", "a body").0, 200);
        assert_eq!(serving.ask("GET", "/nothing", "").0, 404);
        let (_, lines) = serving.stop_after(7);
        for (begin, reason) in [
            ("GET /trap 500", "trapped"),
            ("GET /error 500", "answered with the error internal-error(some(\"as asked\"))"),
            ("GET /spin 500", "ran longer than the timeout of 300ms"),
            ("GET /sleep/3600000 500", "ran longer than the timeout of 300ms"),
            ("GET /trap-in-body 200", "trapped"),
        ] {
            assert!(line(&lines, begin).contains(reason), "{version}{options} {lines:#?}");
        }
        assert!(!line(&lines, "POST /echo 200").contains(": "));
        assert!(lines.last().is_some_and(|last| last == "served 7 requests, 5 of them failed"), "{lines:#?}");
    }
}

#[test]
fn a_request_fails_for_the_component_that_trapped_and_its_calls_end_inside_out() {
    let middleware = demo("http-middleware", "middleware");
    let flags = [middleware.to_str().expect("a path"), "--trace=http/handler", "-e", ".link service middleware"];
    for options in ["", " --shared"] {
        let serving = Serving::start(&demo("http-middleware", "service"), &flags, options);
        assert_eq!(serving.ask("GET", "/trap", "").0, 500);
        assert_eq!(serving.ask("GET", "/", "").0, 200);
        let (_, lines) = serving.stop_after(2);
        let trapped = "service trapped: wasm `unreachable` instruction executed";
        assert!(line(&lines, "GET /trap 500").ends_with(&format!(": {trapped}")), "{options} {lines:#?}");
        let failed: Vec<&str> =
            lines.iter().filter_map(|line| line.split_once(&format!(" failed: {trapped}"))).map(|(it, _)| it).collect();
        let handle = "wasi:http/handler@0.3.0#handle(<own request";
        assert!(failed.len() == 2 && failed[0].trim_start().starts_with(handle), "{options} {lines:#?}");
        assert_eq!(failed[1], "} handle", "{options}");
    }
}

#[test]
fn slow_and_broken_clients_stop_nobody() {
    let serving = Serving::start(&corners("v2"), &[], "");
    let mut slow = serving.connect();
    slow.write_all(b"POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf").expect("sent");
    let mut silent = serving.connect();
    silent.write_all(b"GET /cou").expect("sent");
    let sleeping = serving.connect();
    (&sleeping).write_all(b"GET /sleep/3600000 HTTP/1.1\r\nhost: x\r\n\r\n").expect("sent");
    let mut leaving = serving.connect();
    leaving.write_all(b"GET /endless HTTP/1.1\r\nhost: x\r\n\r\n").expect("sent");
    leaving.read_exact(&mut [0; 1_000]).expect("a part of it");
    drop(leaving);
    assert_eq!(serving.ask("GET", "/count", "").0, 200);
    let mut wrong = serving.connect();
    wrong.write_all(b"\x00\x01 nothing\r\n\r\n").expect("sent");
    let mut answer = String::new();
    wrong.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    let head = format!("GET / HTTP/1.1\r\nhost: x\r\nlong: {}\r\n\r\n", "x".repeat(1_000_000));
    let mut long = serving.connect();
    let _ = long.write_all(head.as_bytes());
    let mut answer = String::new();
    let _ = long.read_to_string(&mut answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
    let mut big = serving.connect();
    big.write_all(b"POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 100000000\r\nconnection: close\r\n\r\n")
        .expect("sent");
    let mut answer = String::new();
    let _ = big.read_to_string(&mut answer);
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    slow.write_all(b" of it").expect("sent");
    let mut answer = vec![0; 1_000];
    let read = slow.read(&mut answer).expect("an answer");
    assert!(answer[..read].starts_with(b"HTTP/1.1 200 OK"));
    let (status, lines) = serving.stop_after(4);
    assert!(status.success() && line(&lines, "GET /endless 200").ends_with("the client left"), "{lines:#?}");
}

#[test]
fn what_cannot_be_served_is_said() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let serve = format!(".serve {}", taken.local_addr().expect("an address"));
    let (_, stderr) = super::shell::printed(&super::shell::run(&corners("v2"), &[], &[&serve, ".serve 0.0.0.0:80"]));
    assert!(stderr.contains("cannot listen on 127.0.0.1:"), "{stderr}");
    assert!(stderr.contains("0.0.0.0 can be reached from elsewhere"), "{stderr}");
}
