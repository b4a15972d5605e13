//! A recorded run happens again, byte by byte, with nothing there of what it used; and what is no such recording is refused.

use std::fs;
use std::path::Path;

use super::{project, stderr, stdout, witsh};

const EXIT_USAGE: i32 = 2;

/// Records a run of the demo that looks at a file, the clock, chance and the environment; what it wrote.
fn record(folder: &Path) -> String {
    let sayings = format!("{}::sayings:ro", project("demos/traced/sayings"));
    let traced = project("demos/traced/traced.wasm");
    let args =
        [&traced, "--dir", &sayings, "--env", "NAME=Ada", "-e", ".record run.log", "-e", "fortune()", "-e", ".run"];
    let output = witsh(folder, &args);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    stdout(&output)
}

fn replay(folder: &Path, component: &str, lines: &[&str]) -> std::process::Output {
    let mut args = vec![component, "--replay", "run.log"];
    lines.iter().for_each(|line| args.extend(["-e", line]));
    witsh(folder, &args)
}

#[test]
fn a_run_happens_again_without_what_it_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let recorded = record(folder.path());
    assert!(recorded.contains("Ada"), "{recorded}");
    let output = replay(folder.path(), &project("demos/traced/traced.wasm"), &["fortune()", ".run"]);
    assert_eq!(stdout(&output), recorded);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn the_first_call_that_differs_is_shown_on_both_sides() {
    let folder = tempfile::tempdir().expect("a folder");
    record(folder.path());
    let log = folder.path().join("run.log");
    let text = fs::read_to_string(&log).expect("a log");
    fs::write(&log, text.replacen("\"sayings.txt\"", "\"lies.txt\"", 1)).expect("written");
    let output = replay(folder.path(), &project("demos/traced/traced.wasm"), &["fortune()"]);
    assert_eq!(output.status.code(), Some(1));
    let error = stderr(&output);
    for line in [
        "differs",
        "recorded: wasi:filesystem/types@0.2.12#[method]descriptor.open-at(",
        "\"lies.txt\"",
        "now: wasi:filesystem/types@0.2.12#[method]descriptor.open-at(",
    ] {
        assert!(error.contains(line), "no {line} in {error}");
    }
}

#[test]
fn an_exit_is_replayed_with_its_status() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = r#"(module
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (func (export "_start") (call $exit (i32.const 3))))"#;
    let guest = folder.path().join("exits.wat");
    fs::write(&guest, text).expect("written");
    let guest = guest.to_string_lossy();
    let recorded = witsh(folder.path(), &[&guest, "-e", ".record run.log", "-e", ".run"]);
    let replayed = replay(folder.path(), &guest, &[".run"]);
    assert_ne!(recorded.status.code(), Some(0));
    assert_eq!(replayed.status.code(), recorded.status.code(), "{}", stderr(&replayed));
    assert_eq!(stdout(&replayed), stdout(&recorded));
}

#[test]
fn what_is_no_whole_recording_of_this_component_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    record(folder.path());
    let log = folder.path().join("run.log");
    let whole = fs::read_to_string(&log).expect("a log");
    let refused = |component: &str, text: &str, expected: &str| {
        fs::write(&log, text).expect("written");
        let output = replay(folder.path(), component, &["fortune()"]);
        assert_eq!(output.status.code(), Some(EXIT_USAGE), "{}", stderr(&output));
        assert_eq!(stdout(&output), "", "nothing has run");
        assert!(stderr(&output).contains(expected), "no {expected:?} in {}", stderr(&output));
    };
    let traced = project("demos/traced/traced.wasm");
    refused(&traced, &whole[..whole.len() / 2], "the recording is not whole");
    refused(&traced, &whole.replace("{\"end\"", "{\"and\""), "is no call, output, component or end");
    refused(&traced, "a diary\n", "it is no recording");
    refused(&project("demos/adder/adder.wasm"), &whole, "a recording of other components");
    refused(&traced, &whole.replacen("\"sha256\":\"", "\"sha256\":\"0", 1), "files are compared by their SHA-256");
}

#[test]
fn a_recording_says_what_it_cannot_hold() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = r#"(component
        (import "wasi:cli/stdin@0.3.0" (instance $stdin
            (type $code' (enum "io" "illegal-byte-sequence" "pipe")) (export "error-code" (type $code (eq $code')))
            (export "read-via-stream" (func (result (tuple (stream u8) (future (result (error $code)))))))))
        (core module $mem (memory (export "mem") 1)) (core instance $mem (instantiate $mem))
        (core func $read (canon lower (func $stdin "read-via-stream") (memory $mem "mem")))
        (core module $m (import "" "read" (func $read (param i32))) (func (export "f") (call $read (i32.const 16))))
        (core instance $i (instantiate $m (with "" (instance (export "read" (func $read))))))
        (func (export "f") (canon lift (core func $i "f"))))"#;
    let guest = folder.path().join("reads.wat");
    fs::write(&guest, text).expect("written");
    let guest = guest.to_string_lossy();
    let recorded = witsh(folder.path(), &[&guest, "-e", ".record run.log", "-e", "f()"]);
    let streamed = "wasi:cli/stdin@0.3.0#read-via-stream";
    assert!(
        stderr(&recorded).contains(&format!("what flowed through the streams and futures of {streamed} is not in it")),
        "{}",
        stderr(&recorded)
    );
    let replayed = replay(folder.path(), &guest, &["f()"]);
    assert_eq!(replayed.status.code(), Some(1));
    assert!(stderr(&replayed).contains(&format!("the stream or future of {streamed}")), "{}", stderr(&replayed));
}
