//! `.why` held against what runs: every import that a call was seen to use must be among those that the called export can reach.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value as Json;

/// An interface and a function of it.
type Name = (String, String);

/// The objects that lines give, run in the folder of a demo with its component loaded.
fn run(demo: &str, file: &str, flags: &[&str], lines: &[String]) -> Vec<Json> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let home = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_witsh"));
    command.current_dir(root.join("demos").join(demo)).args(flags).arg(file).args(["--json", "--keep-going"]);
    for variable in ["XDG_CONFIG_HOME", "XDG_STATE_HOME"] {
        command.env(variable, home.path());
    }
    command.env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache")).env_remove("HOME");
    command.args(lines.iter().flat_map(|line| ["-e", line]));
    let output = command.stdin(Stdio::null()).output().expect("the shell runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect()
}

fn name(row: &Json) -> Name {
    let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
    (text("interface"), text("function"))
}

fn names<'a>(rows: impl IntoIterator<Item = &'a Json>) -> BTreeSet<Name> {
    rows.into_iter().map(name).collect()
}

/// What lines called of a component, or it called, as `.calls` counted it.
fn called(objects: &[Json], component: &str, ways: &[&str]) -> BTreeSet<Name> {
    let totals = objects.iter().find(|object| object["input"] == ".calls").map(|object| &object["value"]["totals"]);
    let rows = totals.and_then(Json::as_array).expect("calls were counted");
    names(rows.iter().filter(|row| row["component"] == component && ways.iter().any(|way| row["way"] == *way)))
}

/// Runs lines of a demo, and checks that each import that was called can be reached from the exports that were.
/// At least so many imports must have been called.
#[track_caller]
fn check(demo: &str, file: &str, flags: &[&str], lines: &[&str], least: usize) {
    let mut all: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    all.extend([".calls".to_owned(), ".imports".to_owned()]);
    let objects = run(demo, file, flags, &all);
    let imported = names(objects.last().expect("answers")["value"].as_array().expect("a table"));
    let component = file.trim_end_matches(".wasm");
    let exports = called(&objects, component, &["export"]);
    let used: BTreeSet<Name> = called(&objects, component, &["import", "drop"])
        .into_iter()
        .filter(|(interface, function)| {
            let resource = function.strip_prefix("[resource-drop]").unwrap_or(function);
            imported.contains(&(interface.clone(), resource.to_owned()))
        })
        .collect();
    assert!(used.len() >= least, "{demo} called {} imports: {used:?}", used.len());
    let whys: Vec<String> =
        exports.iter().map(|(interface, function)| format!(".why {interface}#{function}").replace(" #", " ")).collect();
    let mut reachable = BTreeSet::new();
    for object in run(demo, file, &[], &whys) {
        assert_eq!(object["ok"], true, "{object}");
        let rows = object["value"].as_array().or(object["value"]["export"].as_array());
        reachable.extend(names(rows.expect("a table")));
    }
    let missed: Vec<&Name> = used.difference(&reachable).collect();
    assert!(missed.is_empty(), "{demo}: {exports:?} called {missed:?}, which cannot be reached from there");
}

#[test]
fn a_guest_on_wasi() {
    let flags = ["--dir", "sayings::sayings:ro", "--env", "NAME=Ada"];
    check("traced", "traced.wasm", &flags, &["fortune()"], 8);
    check("traced", "traced.wasm", &[], &[".run"], 4);
    check("read-file", "read-file.wasm", &["--dir", "notes::notes:ro"], &[".run notes/today.txt", ".run none"], 6);
}

#[test]
fn panics_and_what_they_print() {
    check("panic-imports", "with-std.wasm", &[], &["average([1, 2])", "average([])"], 3);
}

#[test]
fn resources_of_the_host() {
    let lines = ["replace-value(\"a\", \"b\")", "replace-value(\"a\", \"c\")"];
    check("kv-store", "kv-store.wasm", &[], &lines, 5);
    check("kv-store", "kv-store.wasm", &[], &["remove-value(\"a\")"], 3);
}

#[test]
fn calls_that_wait() {
    check("poll-and-async", "poll-and-async.wasm", &[], &["wait-by-poll(1)", "first-by-poll([1, 2])"], 3);
    check("poll-and-async", "poll-and-async.wasm", &[], &["wait-by-await(1)", "first-by-await([1, 2])"], 1);
}

#[test]
fn requests_and_pages() {
    check("fetcher", "fetcher.wasm", &[], &["fetch(\"https://example.org/\")", "visited()"], 2);
}

#[test]
fn incoming_requests() {
    let lines = [".http GET /", ".http GET /json", ".http POST /echo -d text", ".http GET /slow", ".http GET /trap"];
    check("http-handler", "handler-0-2.wasm", &[], &lines, 15);
    let lines = [".http GET /", ".http GET /headers", ".http POST /echo -d text", ".http GET /slow", ".http GET /trap"];
    check("http-middleware", "service.wasm", &[], &lines, 10);
    let linked = [&[".link service middleware"], &lines[..]].concat();
    check("http-middleware", "middleware.wasm", &["service.wasm"], &linked, 15);
}
