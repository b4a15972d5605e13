//! Speed beside the peers', measured in the same run: `cargo bench`.
//!
//! The peers are `wasmtime` and `wasm-tools`, found on PATH; where one is missing its column says so. The big component is the
//! one that WITSH_BENCH_COMPONENT names (any that exports `add(s32, s32)`); without it those rows are left out, visibly.
//! Runs of ours and of the peer alternate, so that a machine that slows down slows both; the median is what to quote.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const WITSH: &str = env!("CARGO_BIN_EXE_witsh");
const HANDLER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/demos/http-handler/handler-0-2.wasm");
const SERVICE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/demos/http-middleware/service.wasm");
const ADDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/demos/adder/adder.wasm");
const KV_STORE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/demos/kv-store/kv-store.wasm");

fn main() {
    // `cargo test --benches` runs this too, with `--test`: there is nothing to assert in a measurement.
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    let scratch = std::env::temp_dir().join(format!("witsh-bench-{}", std::process::id()));
    let bench = Bench { cache: scratch.join("cache"), scratch };
    println!("{:<52} {:>12} {:>12}   peer", "", "witsh", "peer");
    bench.start_to_exit();
    bench.statements();
    bench.watched();
    bench.renewals();
    bench.served();
    match std::env::var_os("WITSH_BENCH_COMPONENT").map(PathBuf::from) {
        Some(big) => bench.big(&big),
        None => println!("(rows of a big component are left out: WITSH_BENCH_COMPONENT names none)"),
    }
    let _ = std::fs::remove_dir_all(&bench.scratch);
}

struct Bench {
    scratch: PathBuf,
    cache: PathBuf,
}

impl Bench {
    /// One process, from start to exit, compiled code cached on both sides.
    fn start_to_exit(&self) {
        let ours = || self.witsh(&[ADDER, "-e", "add(1, 2)"]);
        let theirs = || peer("wasmtime", &["run", "--invoke", "add(1, 2)", ADDER]);
        row("adder: start to exit", 30, ours, theirs, "wasmtime run --invoke");
    }

    /// One statement of a script.
    fn statements(&self) {
        let times: Vec<Duration> = (0..5).filter_map(|_| self.per_line(ADDER, "", "add(1, 2)", 100_000)).collect();
        let what = "one statement of a script: add(1, 2)";
        println!("{what:<52} {:>12} {:>12}   none keeps an instance", median(times), "-");
    }

    /// One statement while its calls are logged or traced, beside the same while nobody looks.
    fn watched(&self) {
        let off = "witsh, calls not logged";
        for (component, statement, lines, what) in [
            (ADDER, "add(1, 2)", 50_000, "add(1, 2)"),
            (KV_STORE, "remove-value(\"k\")", 10_000, "remove-value, 3 imports and a drop"),
        ] {
            for (begin, how) in [(".calls 1", "calls logged"), (".trace on", "calls traced")] {
                let watched = || self.per_line(component, begin, statement, lines);
                row(&format!("{what}: {how}"), 5, watched, || self.per_line(component, "", statement, lines), off);
            }
        }
    }

    /// A script of many lines, minus the same script of one: what one line takes. Both begin with another line.
    fn per_line(&self, component: &str, begin: &str, line: &str, lines: usize) -> Option<Duration> {
        let short = self.run_script(component, &self.script(begin, line, 1))?;
        let long = self.run_script(component, &self.script(begin, line, lines))?;
        Some(long.saturating_sub(short) / u32::try_from(lines).ok()?)
    }

    /// Memory after many instances that trapped, on systems that tell it.
    fn renewals(&self) {
        let trap = self.scratch.join("trap.wat");
        let text = "(component (core module $m (func (export \"f\") unreachable)) (core instance $i (instantiate $m)) \
                    (func (export \"f\") (canon lift (core func $i \"f\"))))";
        if std::fs::create_dir_all(&self.scratch).is_err() || std::fs::write(&trap, text).is_err() {
            return;
        }
        let (Some(few), Some(many)) = (self.peak_memory(&trap, 100), self.peak_memory(&trap, 1_100)) else {
            println!("(memory after 1,000 instances that trapped: this system does not tell it)");
            return;
        };
        let grown = format!("{:+} KiB", many as i64 - few as i64);
        println!("{:<52} {grown:>12} {:>12}   of {few} KiB", "peak memory, 1,100 instances that trapped less 100", "-");
    }

    /// Requests a second at 50 at a time: with an instance for each request, and with instances that answer many.
    fn served(&self) {
        let one_each: &[&str] = &["--max-instance-reuse-count", "1"];
        let p3: &[&str] = &["-S", "p3", "-W", "component-model-async"];
        self.serves("HTTP 0.2, 50 at a time, an instance each", HANDLER, "", one_each);
        self.serves("HTTP 0.3, 50 at a time, an instance each", SERVICE, "", &[p3, one_each].concat());
        self.serves("HTTP 0.3, 50 at a time, shared instances", SERVICE, " --shared", p3);
    }

    fn serves(&self, what: &str, component: &str, ours: &str, theirs: &[&str]) {
        let line = format!(".serve 127.0.0.1:0{ours}");
        let ours = Server::start(&mut self.command(&[component, "-q", "-e", &line]));
        let mut peer = Command::new("wasmtime");
        let theirs = Server::start(peer.args(["serve", "--addr", "127.0.0.1:0"]).args(theirs).arg(component));
        let (mut a, mut b) = (Vec::new(), Vec::new());
        // The first round is for caches.
        for round in 0..4 {
            for (server, rates) in [(&ours, &mut a), (&theirs, &mut b)] {
                let rate = server.as_ref().and_then(|server| load(&server.address));
                rates.extend(rate.filter(|_| round > 0));
            }
        }
        let theirs = if theirs.is_some() { middle(b) } else { "not found".into() };
        println!("{what:<52} {:>12} {theirs:>12}   wasmtime serve", middle(a));
    }

    /// The rows of a component of many megabytes.
    fn big(&self, component: &Path) {
        let path = component.to_string_lossy().into_owned();
        let listing = || self.witsh(&[&path, "-e", ".imports"]);
        let wit = || peer("wasm-tools", &["component", "wit", &path]);
        row("big: .imports", 10, listing, wit, "wasm-tools component wit");
        let cached = || self.witsh(&[&path, "-e", "add(1, 2)"]);
        let theirs = || peer("wasmtime", &["run", "--invoke", "add(1, 2)", &path]);
        row("big: first call, compiled code cached", 5, cached, theirs, "wasmtime run --invoke");
        let uncached = || {
            let _ = std::fs::remove_dir_all(&self.cache);
            self.witsh(&[&path, "-e", "add(1, 2)"])
        };
        let theirs = || peer("wasmtime", &["run", "-C", "cache=n", "--invoke", "add(1, 2)", &path]);
        row("big: first call, nothing cached", 3, uncached, theirs, "wasmtime run -C cache=n --invoke");
    }

    fn witsh(&self, args: &[&str]) -> Option<Duration> {
        time(self.command(args))
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(WITSH);
        command.args(args).env("XDG_CACHE_HOME", &self.cache).stdin(Stdio::null());
        command
    }

    fn script(&self, begin: &str, line: &str, lines: usize) -> PathBuf {
        let path = self.scratch.join(format!("script-{lines}"));
        let _ = std::fs::create_dir_all(&self.scratch);
        let _ = std::fs::write(&path, format!("{begin}\n{}", format!("{line}\n").repeat(lines)));
        path
    }

    fn run_script(&self, component: &str, script: &Path) -> Option<Duration> {
        let mut command = self.command(&[component]);
        command.stdin(std::fs::File::open(script).ok()?);
        time(command)
    }

    /// The peak resident size of a session that traps `times` times, in KiB, as GNU time tells it.
    fn peak_memory(&self, component: &Path, times: usize) -> Option<u64> {
        let mut command = Command::new("time");
        command.args(["-f", "%M", WITSH, "--keep-going", "-q"]).arg(component).args(["-e", &"f()\n".repeat(times)]);
        let output = command.env("XDG_CACHE_HOME", &self.cache).stdin(Stdio::null()).output().ok()?;
        String::from_utf8_lossy(&output.stderr).lines().last()?.trim().parse().ok()
    }
}

/// A server that says on standard error where it listens; it ends with this.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(command: &mut Command) -> Option<Server> {
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().ok()?;
        let mut lines = BufReader::new(process.stderr.take()?).lines().map_while(Result::ok);
        let address = lines.find_map(|line| Some(line.split("http://").nth(1)?.split('/').next()?.to_owned()));
        // What it writes is read, so that it never waits for that.
        thread::spawn(move || lines.for_each(drop));
        let mut server = Server { process, address: String::new() };
        server.address = address?;
        Some(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Requests a second of 50 connections that ask 200 times each; none if one was not answered.
fn load(address: &str) -> Option<f64> {
    const CONNECTIONS: usize = 50;
    const REQUESTS: usize = 200;
    let start = Instant::now();
    let clients: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let address = address.to_owned();
            thread::spawn(move || {
                let mut stream = BufReader::new(TcpStream::connect(address).ok()?);
                stream.get_ref().set_nodelay(true).ok()?;
                (0..REQUESTS).all(|_| ask(&mut stream).is_some()).then_some(())
            })
        })
        .collect();
    let answered: Vec<_> = clients.into_iter().filter_map(|client| client.join().ok().flatten()).collect();
    (answered.len() == CONNECTIONS).then(|| (CONNECTIONS * REQUESTS) as f64 / start.elapsed().as_secs_f64())
}

/// One request and the whole of its response, whose body comes in chunks.
fn ask(stream: &mut BufReader<TcpStream>) -> Option<()> {
    stream.get_mut().write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").ok()?;
    let mut line = String::new();
    stream.read_line(&mut line).ok()?;
    if !line.contains(" 200 ") {
        return None;
    }
    while line != "0\r\n" {
        line.clear();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
    }
    stream.read_line(&mut line).ok().map(drop)
}

fn middle(mut rates: Vec<f64>) -> String {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).map_or_else(|| "failed".into(), |rate| format!("{rate:.0}/s"))
}

/// Measures ours and theirs in turn and prints the medians.
fn row(
    what: &str,
    runs: usize,
    mut ours: impl FnMut() -> Option<Duration>,
    mut theirs: impl FnMut() -> Option<Duration>,
    peer: &str,
) {
    // One of each first, so that caches are as warm as they will be.
    let (_, peer_is_there) = (ours(), theirs().is_some());
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        a.extend(ours());
        if peer_is_there {
            b.extend(theirs());
        }
    }
    println!(
        "{what:<52} {:>12} {:>12}   {peer}",
        median(a),
        if peer_is_there { median(b) } else { "not found".into() }
    );
}

fn median(mut times: Vec<Duration>) -> String {
    times.sort();
    times.get(times.len() / 2).map_or_else(|| "failed".into(), |time| show(*time))
}

fn show(time: Duration) -> String {
    match time.as_secs_f64() {
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 1e-3 => format!("{:.2} ms", s * 1e3),
        s => format!("{:.2} us", s * 1e6),
    }
}

fn peer(name: &str, args: &[&str]) -> Option<Duration> {
    let mut command = Command::new(OsStr::new(name));
    command.args(args).stdin(Stdio::null());
    time(command)
}

/// How long a process took, if it could be started and succeeded.
fn time(mut command: Command) -> Option<Duration> {
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
    status.success().then(|| start.elapsed())
}
