//! Every provider answers every shape of function: plain ones, constructors, methods, statics and drops of resources, results that
//! are errors, and traps. One guest imports them all and calls each (`tests/guests/customer.wat`). The provider that asks a
//! person has the same in `tests/terminal/ask.rs`.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Where the guests are, and what answers them.
const GUESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/guests");

/// What one line gives: its result, nothing, or an error that holds this.
enum Gives {
    Value(&'static str),
    Nothing,
    Error(&'static str),
}
use Gives::{Error, Nothing, Value};

/// Runs lines in one session, each after the one before; every one must give what stands beside it.
#[track_caller]
fn check(files: &[&str], lines: &[(&str, Gives)]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_witsh"));
    command.args(["--json", "--keep-going"]).args(files).current_dir(GUESTS).stdin(Stdio::null());
    command.args(lines.iter().flat_map(|(line, _)| ["-e", line]));
    for variable in ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"] {
        command.env_remove(variable);
    }
    command.env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
    let output = command.output().unwrap();
    let all = String::from_utf8_lossy(&output.stdout);
    let given: Vec<serde_json::Value> = all.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(given.len(), lines.len(), "{all}");
    for ((line, gives), given) in lines.iter().zip(&given) {
        assert_eq!(given["input"], *line);
        match gives {
            Value(wave) => assert_eq!(given["wave"], *wave, "{line} gave {given}"),
            Nothing => assert!(given["ok"] == true && given.get("wave").is_none(), "{line} gave {given}"),
            Error(part) => assert!(given["error"].to_string().contains(part), "{line} gave {given}"),
        }
    }
}

/// A provider that is a real shop, whatever it is written in: `provide` chooses it, `trap` is what its trap says.
#[track_caller]
fn check_shop(files: &[&str], provide: &str, trap: &'static str) {
    let lines = [
        (provide, Nothing),
        ("add(2, 3)", Value("5")),
        ("close()", Nothing),
        ("paint()", Value("green")),
        ("divide(1, 0)", Value("err(7)")),
        ("live()", Value("0")),
        // The constructor, a method, the drop.
        ("price-of(7)", Value("70")),
        ("live()", Value("0")),
        ("keep(7)", Nothing),
        ("live()", Value("1")),
        // Given back, and found.
        ("sell(7)", Value("70")),
        ("live()", Value("1")),
        ("found(7)", Value("70")),
        ("found(200)", Value("0")),
        ("live()", Value("2")),
        // A trap ends the guest, and with it what it held.
        ("add(-1, 0)", Error(trap)),
        ("live()", Value("0")),
        ("add(2, 3)", Value("5")),
    ];
    check(files, &lines);
}

const CUSTOMER: &[&str] = &["customer.wat"];

/// Whether there is a Python to test with. `eprintln` would be swallowed in a test that passes.
fn has_python() -> bool {
    let version = "import sys; sys.exit(sys.version_info < (3, 8))";
    let has = Command::new("python3").args(["-c", version]).status().is_ok_and(|status| status.success());
    if !has {
        let mut stderr = std::io::stderr();
        writeln!(stderr, "SKIPPED python: there is no python3 of version 3.8 or later").unwrap();
    }
    has
}

#[test]
fn python() {
    if has_python() {
        check_shop(CUSTOMER, ".provide demo:host/shop python shop.py", "no debts");
    }
}

#[test]
#[cfg(unix)]
fn exec() {
    check_shop(CUSTOMER, ".provide demo:host/shop exec 'sh shop.sh'", "no debts");
}

#[test]
fn component() {
    check_shop(&["shop.wat", "customer.wat"], ".provide demo:host/shop component shop", "unreachable");
}

/// What builtins have of these shapes: none has a static function. That a full store traps the guest is in
/// `tests/hostile/cases/store-filled.wat`.
#[test]
fn builtin() {
    let lines = [
        // A plain function, the constructor, methods and the drop, by a guest.
        ("replace-value(\"k\", \"v\")", Value("none")),
        ("replace-value(\"k\", \"w\")", Value("some(\"v\")")),
        (".resources", Nothing),
        ("$c = host::connection()", Nothing),
        ("$c.get(\"k\")", Value("some(\"w\")")),
        (".drop $c", Nothing),
        ("$c.get(\"k\")", Error("was dropped")),
    ];
    check(&["../../demos/kv-store/kv-store.wasm"], &lines);
    let lines = [
        ("$b = host::open(\"b\")?", Nothing),
        ("host::set-many($b, [(\"k\", b\"no number\")])", Value("ok")),
        ("host::increment($b, \"k\", 1)", Value("err(other(\"the value of k is no number\"))")),
    ];
    check(&["../../demos/fetcher/fetcher.wasm"], &lines);
}

#[test]
fn default() {
    let lines = [
        (".provide demo:host/shop default", Nothing),
        ("add(2, 3)", Value("0")),
        ("close()", Nothing),
        ("paint()", Value("red")),
        ("divide(1, 0)", Value("ok(0)")),
        ("price-of(7)", Value("0")),
        ("live()", Value("0")),
        ("sell(7)", Value("0")),
        ("found(7)", Value("0")),
    ];
    check(CUSTOMER, &lines);
}

#[test]
fn value() {
    let lines = [
        (".provide demo:host/shop#add value 5", Nothing),
        (".provide demo:host/shop#paint value green", Nothing),
        (".provide demo:host/shop#divide value err(7)", Nothing),
        (".provide demo:host/shop#[method]item.price value 70", Nothing),
        (".provide demo:host/shop#[static]item.live value 3", Nothing),
        (".provide demo:host/shop#find value err", Nothing),
        (".provide demo:host/shop#close value 5", Error("close gives no value")),
        (".provide demo:host/shop#[constructor]item value 5", Error("expected item, found 5")),
        ("add(2, 3)", Value("5")),
        ("paint()", Value("green")),
        ("divide(1, 0)", Value("err(7)")),
        // The constructor is nobody's, and makes its handles; so are drops.
        ("price-of(7)", Value("70")),
        ("live()", Value("3")),
        ("found(7)", Value("0")),
        ("sell(7)", Error("the import demo:host/shop#buy is not provided")),
    ];
    check(CUSTOMER, &lines);
}

#[test]
fn trap() {
    let lines = [
        (".provide demo:host/shop trap", Nothing),
        ("add(2, 3)", Error("demo:host/shop#add is answered by `trap`")),
        ("close()", Error("demo:host/shop#close is answered by `trap`")),
        ("paint()", Error("demo:host/shop#paint is answered by `trap`")),
        ("divide(1, 0)", Error("demo:host/shop#divide is answered by `trap`")),
        ("live()", Error("demo:host/shop#[static]item.live is answered by `trap`")),
        // The handle is made, and ends with the guest that traps.
        ("price-of(7)", Error("demo:host/shop#[method]item.price is answered by `trap`")),
        ("keep(7)", Nothing),
        ("add(2, 3)", Error("demo:host/shop#add is answered by `trap`")),
        ("sell(7)", Error("demo:host/shop#buy is answered by `trap`")),
    ];
    check(CUSTOMER, &lines);
}

#[test]
fn ask_without_a_person() {
    let lines = [
        (".provide demo:host/shop ask", Nothing),
        ("add(2, 3)", Error("nobody is at a terminal to answer the import demo:host/shop#add")),
        ("divide(1, 0)", Error("nobody is at a terminal to answer the import demo:host/shop#divide")),
        ("live()", Error("nobody is at a terminal to answer the import demo:host/shop#[static]item.live")),
        ("price-of(7)", Error("nobody is at a terminal to answer the import demo:host/shop#[method]item.price")),
        ("keep(7)", Nothing),
    ];
    check(CUSTOMER, &lines);
}
