//! What a guest counts, the log and the trace show.

use serde_json::Value as Json;

use super::{project, stderr, stdout, witsh};

/// The guest's counters, in its order, and which function each of them counts.
const COUNTED: [(&str, &str); 7] = [
    ("wasi:clocks/monotonic-clock@0.2.0", "now"),
    ("wasi:random/random@0.2.0", "get-random-u64"),
    ("wasi:cli/stdout@0.2.0", "get-stdout"),
    ("wasi:io/streams@0.2.0", "[method]output-stream.subscribe"),
    ("wasi:io/poll@0.2.0", "[method]pollable.ready"),
    ("wasi:io/streams@0.2.0", "[resource-drop]output-stream"),
    ("wasi:io/poll@0.2.0", "[resource-drop]pollable"),
];

/// What the guest says that it called, after `work(5)` and `work(2)`.
const CALLS: [u64; 7] = [7, 14, 21, 21, 21, 21, 21];

fn lines(text: &str) -> Vec<Json> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect()
}

#[test]
fn the_log_counts_what_the_guest_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let guest = project("tests/tracing/counted.wat");
    let counts: Vec<String> = (0..COUNTED.len()).map(|which| format!("count({which})")).collect();
    let lines_of = ["work(5)", "work(2)", ".calls"].into_iter().chain(counts.iter().map(String::as_str));
    let args: Vec<&str> =
        [guest.as_str(), "--json"].into_iter().chain(lines_of.flat_map(|line| ["-e", line])).collect();
    let output = witsh(folder.path(), &args);
    let results = lines(&stdout(&output));
    let totals = results[2]["value"]["totals"].as_array().expect("a table");
    for (which, (interface, function)) in COUNTED.into_iter().enumerate() {
        let own = results[3 + which]["value"].as_u64();
        let row = totals.iter().find(|row| row["interface"] == interface && row["function"] == function);
        assert_eq!(own, Some(CALLS[which]), "the guest's count of {function}");
        assert_eq!(row.and_then(|row| row["calls"].as_u64()), own, "{interface}#{function}");
        assert_eq!(row.map(|row| &row["failed"]), Some(&Json::from(0)));
    }
    let counted: u64 = totals.iter().filter(|row| row["way"] != "export").filter_map(|row| row["calls"].as_u64()).sum();
    assert_eq!(counted, CALLS.iter().sum::<u64>(), "nothing but what the guest counts");
}

#[test]
fn the_trace_shows_each_of_them_in_its_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let guest = project("tests/tracing/counted.wat");
    let output = witsh(folder.path(), &[&guest, "--json", "--trace", "-e", "work(2)"]);
    let steps = lines(&stderr(&output));
    let called: Vec<&str> =
        steps.iter().filter(|step| step["trace"] == "call").filter_map(|step| step["function"].as_str()).collect();
    let stream = [COUNTED[2].1, COUNTED[3].1, COUNTED[4].1, COUNTED[6].1, COUNTED[5].1];
    let round = [&["now", "get-random-u64", "get-random-u64"][..], &stream, &stream, &stream].concat();
    assert_eq!(called, [&["work"][..], &round, &round].concat());
    // Each call has its end, and all but the first happen in it.
    assert_eq!(steps.iter().filter(|step| step["trace"] == "return").count(), called.len());
    assert!(
        steps
            .iter()
            .filter(|step| step["trace"] == "call")
            .skip(1)
            .all(|step| step["parent"] == 1 && step["depth"] == 1)
    );
    // A resource has one number from its making to its drop.
    let handle = |step: &Json, field: &str| step[field]["handle"].as_u64();
    let made: Vec<u64> = steps.iter().filter_map(|step| handle(step, "result")).collect();
    assert_eq!(made.len(), 12);
    let numbers: std::collections::BTreeSet<&u64> = made.iter().collect();
    assert_eq!(numbers.len(), 12, "each has a number of its own");
}

#[test]
fn the_text_of_a_trace_has_a_line_for_each_call() {
    let folder = tempfile::tempdir().expect("a folder");
    let guest = project("tests/tracing/counted.wat");
    let output = witsh(folder.path(), &[&guest, "--trace=wasi:clocks", "-e", "work(3)"]);
    assert_eq!(stdout(&output), "");
    let trace = stderr(&output);
    let lines: Vec<&str> = trace.lines().collect();
    assert_eq!(lines.len(), 3, "{trace}");
    assert!(lines.iter().all(|line| line.starts_with("wasi:clocks/monotonic-clock@0.2.0#now() -> ")), "{trace}");
    assert!(lines.iter().all(|line| line.contains("(wasi, ")), "{trace}");
}

#[test]
fn a_pattern_on_the_command_line_is_held_against_what_is_loaded() {
    let folder = tempfile::tempdir().expect("a folder");
    let guest = project("tests/tracing/counted.wat");
    let trace = |pattern: &str| {
        let output = witsh(folder.path(), &[&guest, &format!("--trace={pattern}"), "-e", "work(1)"]);
        assert_eq!(stdout(&output), "");
        stderr(&output)
    };
    assert!(trace("clocks/monotonic-clock#now").starts_with("wasi:clocks/monotonic-clock@0.2.0#now() -> "));
    assert!(trace("counted").starts_with("counted::work(1) {\n"), "a component's name");
    let clock = "what is loaded exports and imports nothing called `clocks/monotonic-clok`; did you mean \
                 `wasi:clocks/monotonic-clock@0.2.0`?\n";
    assert_eq!(trace("clocks/monotonic-clok"), clock);
}

#[test]
fn a_script_that_asks_late_sees_what_comes_then() {
    use std::io::{Read, Write};
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = Command::new(env!("CARGO_BIN_EXE_witsh"))
        .arg(project("tests/tracing/counted.wat"))
        .env("XDG_CACHE_HOME", folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(b"work(1)\n.components\n").expect("written");
    // What has come before the first line runs would count from the beginning.
    child.stdout.as_mut().expect("a pipe").read_exact(&mut [0]).expect("a result");
    stdin.write_all(b".trace wasi:clocks\nwork(1)\n").expect("written");
    drop(stdin);
    let trace = stderr(&child.wait_with_output().expect("it ends"));
    // The guest had been connected to WASI directly.
    assert!(trace.starts_with("the next call gets a fresh instance of counted\n"), "{trace}");
    assert_eq!(trace.lines().count(), 2, "{trace}");
}

#[test]
fn what_a_trace_needs_is_not_taken_from_the_guest() {
    let folder = tempfile::tempdir().expect("a folder");
    let guest = project("tests/tracing/counted.wat");
    // One page, which is what the guest has itself.
    for flags in [&[][..], &["--trace=none"]] {
        let args = [&[guest.as_str(), "--memory", "64KiB"], flags, &["-e", "work(1)", "-e", "count(0)"]].concat();
        let output = witsh(folder.path(), &args);
        assert_eq!(stdout(&output), "1\n", "{flags:?}: {}", stderr(&output));
    }
}
