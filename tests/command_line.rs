//! The command line as other programs see it: streams, exit codes, flags.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::{Value as Json, json};

/// Adds two numbers; `div` traps when it divides by zero.
const ADDER: &str = r#"(component
    (core module $m
        (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)
        (func (export "div") (param i32 i32) (result i32) local.get 0 local.get 1 i32.div_s))
    (core instance $i (instantiate $m))
    (func (export "add") (param "a" s32) (param "b" s32) (result s32) (canon lift (core func $i "add")))
    (func (export "div") (param "a" s32) (param "b" s32) (result s32) (canon lift (core func $i "div"))))"#;

/// Computes for ever.
const SPIN: &str = r#"(component
    (core module $m (func (export "spin") (loop (br 0))))
    (core instance $i (instantiate $m))
    (func (export "spin") (canon lift (core func $i "spin"))))"#;

/// Logs a text that is not fit for a terminal.
const LOUD: &str = r#"(component
    (import "log" (func $log (param "msg" string)))
    (core module $mem (memory (export "mem") 1) (data (i32.const 0) "\1b[2Jhi"))
    (core instance $mem (instantiate $mem))
    (core func $log' (canon lower (func $log) (memory $mem "mem")))
    (core module $m (import "" "log" (func $log (param i32 i32)))
        (func (export "speak") (result i32) (call $log (i32.const 0) (i32.const 6)) (i32.const 7)))
    (core instance $i (instantiate $m (with "" (instance (export "log" (func $log'))))))
    (func (export "speak") (result u32) (canon lift (core func $i "speak"))))"#;

/// Writes `y` and a line break to its standard output for ever.
const YES: &str = r#"(component
    (import "wasi:io/error@0.2.0" (instance $errors (export "error" (type (sub resource)))))
    (alias export $errors "error" (type $error))
    (import "wasi:io/streams@0.2.0" (instance $streams
        (export "output-stream" (type $stream (sub resource)))
        (alias outer 1 $error (type $outer))
        (export "error" (type $error (eq $outer)))
        (type $failure (variant (case "last-operation-failed" (own $error)) (case "closed")))
        (export "stream-error" (type $stream-error (eq $failure)))
        (export "[method]output-stream.blocking-write-and-flush" (func
            (param "self" (borrow $stream)) (param "contents" (list u8)) (result (result (error $stream-error)))))))
    (alias export $streams "output-stream" (type $stream))
    (import "wasi:cli/stdout@0.2.0" (instance $stdout
        (alias outer 1 $stream (type $outer))
        (export "output-stream" (type $stream (eq $outer)))
        (export "get-stdout" (func (result (own $stream))))))
    (core module $mem (memory (export "mem") 1) (data (i32.const 0) "y\n"))
    (core instance $mem (instantiate $mem))
    (core func $get (canon lower (func $stdout "get-stdout")))
    (core func $write (canon lower
        (func $streams "[method]output-stream.blocking-write-and-flush") (memory $mem "mem")))
    (core module $m
        (import "" "get" (func $get (result i32)))
        (import "" "write" (func $write (param i32 i32 i32 i32)))
        (func (export "yes") (local i32)
            (local.set 0 (call $get))
            (loop (call $write (local.get 0) (i32.const 0) (i32.const 2) (i32.const 16)) (br 0))))
    (core instance $i (instantiate $m
        (with "" (instance (export "get" (func $get)) (export "write" (func $write))))))
    (func (export "yes") (canon lift (core func $i "yes"))))"#;

/// Waits for an hour in a call of the host.
const WAITING: &str = include_str!("guests/waiting.wat");

/// A folder with `adder.wat`, in which the shell runs with nothing of the user's own.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        place.write("adder.wat", ADDER.as_bytes());
        place.write("spin.wat", SPIN.as_bytes());
        place.write("waiting.wat", WAITING.as_bytes());
        place.write("loud.wat", LOUD.as_bytes());
        place.write("yes.wat", YES.as_bytes());
        place
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_witsh"));
        command.args(args).current_dir(self.0.path()).env_remove("HOME").env_remove("NO_COLOR");
        for variable in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"] {
            command.env(variable, self.0.path());
        }
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).stdin(Stdio::null()).output().unwrap()
    }

    fn run_script(&self, args: &[&str], script: &[u8]) -> Output {
        let mut command = self.command(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // The shell may end before it has read all.
        let _ = stdin.write_all(script);
        drop(stdin);
        child.wait_with_output().unwrap()
    }
}

/// Standard output and the exit code.
#[track_caller]
fn check(output: &Output, stdout: &str, code: i32) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), stdout, "standard error was: {stderr}");
    assert_eq!(output.status.code(), Some(code), "standard error was: {stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
}

#[track_caller]
fn check_stderr(output: &Output, part: &str) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains(part), "expected {part:?} in: {stderr}");
}

fn objects(output: &Output) -> Vec<Json> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn lines_print_their_results_and_nothing_else() {
    let place = Place::new();
    let output = place.run(&["adder.wat", "-e", "add(1, 2)", "-e", "$x = add(3, 4)", "-e", "$x\nadd($x, 1)"]);
    check(&output, "3\n7\n8\n", 0);
    assert!(output.stderr.is_empty());
}

#[test]
fn a_failing_line_ends_it() {
    let place = Place::new();
    let lines = ["adder.wat", "-e", "add(1, 2)", "-e", "add(1, \"x\")", "-e", "add(2, 2)"];
    let output = place.run(&lines);
    check(&output, "3\n", 1);
    check_stderr(&output, "\n  add(1, \"x\")\n         ^^^");
    let output = place.run(&[&lines[..], &["--keep-going"]].concat());
    check(&output, "3\n4\n", 1);
}

#[test]
fn a_saved_session_loads_the_files_of_the_command_line() {
    let place = Place::new();
    place.write("a b.wat", ADDER.as_bytes());
    check(&place.run(&["adder.wat", "a b.wat", "-e", "adder::add(1, 2)\na-b::add($_, 4)\n.save s.witsh"]), "3\n7\n", 0);
    check(&place.run_script(&[], &std::fs::read(place.0.path().join("s.witsh")).unwrap()), "3\n7\n", 0);
}

#[test]
fn a_saved_session_gives_what_the_session_gave_also_where_calls_that_failed_were_taken_back() {
    let place = Place::new();
    let counter = concat!(env!("CARGO_MANIFEST_DIR"), "/demos/counter/counter.wasm");
    let fails = ".set fuel 1\n$n.increment(1)\n.set fuel off\n";
    // The first `.back` takes back nothing but what failed, the second one call more.
    let lines = format!(
        "$n = counter(40)\n$n.increment(2)\n{fails}.back\n$n.value()\n$n.increment(5)\n{fails}.back 2 counter\n$n.value()"
    );
    let session = place.run(&[counter, "--keep-going", "-e", &lines, "-e", ".save s.witsh"]);
    check(
        &session,
        "42\ntook back $n.increment(1)\n42\n47\ntook back $n.increment(5)\ntook back $n.increment(1)\n42\n",
        1,
    );
    let saved = std::fs::read_to_string(place.0.path().join("s.witsh")).unwrap();
    let backs: Vec<&str> = saved.lines().filter(|line| line.contains(".back")).collect();
    assert_eq!(backs, [".back 1 counter"]);
    check(&place.run(&["-e", &saved]), "42\n42\n47\ntook back $n.increment(5)\n42\n", 0);
}

#[test]
fn a_saved_session_has_a_fresh_instance_where_a_call_that_failed_cost_one() {
    let place = Place::new();
    let keeping = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/guests/keeping.wat");
    let begin = ".provide wasi:random/random#get-random-u64 value 4\nthrow()\nthrow()";
    let fail =
        ".provide wasi:random/random#get-random-u64 trap\nthrow()\n.provide wasi:random/random#get-random-u64 value 1";
    for (end, given) in [("throw()\nsum()", "1\n1\n"), (".back\nthrow()\nsum()", "took back throw()\n9\n9\n")] {
        let lines = format!("{begin}\n{fail}\n{end}");
        check(
            &place.run(&[keeping, "--keep-going", "-e", &lines, "-e", ".save s.witsh"]),
            &format!("4\n8\n{given}"),
            1,
        );
        let saved = std::fs::read_to_string(place.0.path().join("s.witsh")).unwrap();
        let given = given.trim_start_matches("took back throw()\n");
        check(&place.run(&["-e", &saved]), &format!("4\n8\n{given}"), 0);
    }
}

#[test]
fn a_saved_session_has_the_policy_of_the_command_line() {
    let place = Place::new();
    let flags = [
        "--fuel=1000000",
        "--timeout=90s",
        "--memory=64MiB",
        "--env=A=b // 'c'",
        "--dir=.::/d:ro",
        "--net=[::1]:80",
        "--http=*.example.org",
        "--config=k=v w",
        "--deny=wasi:filesystem/types#[method]descriptor.write",
        "--provide=host::log=trap",
    ];
    place.run(&[&flags[..], &["loud.wat", "-e", ".save s.witsh"]].concat());
    let saved = std::fs::read_to_string(place.0.path().join("s.witsh")).unwrap();
    let ask = |args: &[&str]| {
        let output =
            place.run(&[args, &["-e", ".set", "-e", ".policy", "-e", ".imports", "-e", ".policy -o p.toml"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let policy = std::fs::read_to_string(place.0.path().join("p.toml")).unwrap();
        (String::from_utf8(output.stdout).unwrap(), policy)
    };
    let (with_flags, policy) = ask(&[&flags[..], &["loud.wat"]].concat());
    assert!(with_flags.contains("64MiB") && policy.contains("b // 'c'"), "{with_flags}{policy}");
    assert_eq!(ask(&["-e", &saved]), (with_flags, policy), "{saved}");
}

#[test]
fn a_script_on_standard_input_keeps_its_calls_if_a_line_that_has_come_asks_for_them() {
    let place = Place::new();
    let run = |script: &str| place.run_script(&["adder.wat"], script.as_bytes());
    check(&run("add(1, 2)\n.back\n"), "3\ntook back add(1, 2)\n", 0);
    let counted = run("add(1, 2)\n.calls\n");
    assert!(String::from_utf8_lossy(&counted.stdout).contains("adder::add"), "{counted:?}");
}

#[test]
fn a_script_that_comes_line_by_line_keeps_its_calls_from_the_line_on_that_asks_for_them() {
    let place = Place::new();
    let slowly = |first: &str, rest: &str| {
        let mut command = place.command(&["adder.wat", "--keep-going"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        writeln!(stdin, "{first}").unwrap();
        let mut result = [0; 2];
        child.stdout.as_mut().unwrap().read_exact(&mut result).unwrap();
        assert_eq!(&result, b"3\n");
        write!(stdin, "{rest}").unwrap();
        drop(stdin);
        child.wait_with_output().unwrap()
    };
    let late = slowly("add(1, 2)", ".back\n");
    check(&late, "", 1);
    check_stderr(&late, "error: adder cannot go back: it was called before its calls were kept");
    check_stderr(&late, "keeps its calls from the line on that first asks for them: begin it with `.calls`");
    let late = slowly("add(1, 2)", ".calls\n.calls add\n");
    check(&late, "no calls since calls are kept\nno call of add since calls are kept\n", 0);
    check_stderr(&late, "calls are kept from this line on: those before it are not known");
}

#[cfg(unix)]
#[test]
fn a_script_that_a_line_runs_shows_what_a_line_gives_before_the_next_one_runs() {
    let place = Place::new();
    place.write("s.witsh", b"add(1, 2)\n.load spin.wat\nadder::add(3, 4)\nadd(1)\n");
    let script = place.write("both", b"");
    let both = || std::fs::OpenOptions::new().append(true).open(&script).unwrap();
    let mut command = place.command(&["adder.wat", "-e", ".source s.witsh"]);
    command.stdin(Stdio::null()).stdout(both()).stderr(both()).status().unwrap();
    let shown = std::fs::read_to_string(&script).unwrap();
    let expected = "3\nloaded spin (component): 1 function exported, 0 imported\n7\nerror: ";
    assert!(shown.starts_with(expected), "{shown}");
    let json = place.run(&["adder.wat", "--json", "-e", ".source s.witsh"]);
    assert_eq!(objects(&json)[0]["value"], json!([3, 7]));
}

#[test]
fn a_script_that_a_line_runs_keeps_its_calls_if_one_of_its_lines_asks_for_them() {
    let place = Place::new();
    place.write("s.witsh", b"add(1, 2)\nadd(2, 2)\n.back\n");
    check(&place.run_script(&["adder.wat"], b".source s.witsh\n"), "3\n4\ntook back add(2, 2)\n", 0);
}

#[test]
fn tables_are_whole_in_a_script() {
    let place = Place::new();
    let long = "x".repeat(500);
    let output = place.run(&["-e", &format!("$x = \"{long}\""), "-e", ".vars"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains(&format!("\"{long}\"")));
}

#[test]
fn habits_from_elsewhere_are_explained() {
    let place = Place::new();
    for (line, help) in [
        ("add 1 2", "`add(42, 42)`"),
        ("add(a: 1, b: 2)", "without names"),
        ("exports", "did you mean `.exports`?"),
        ("load spin.wat", "did you mean `.load spin.wat`?"),
        ("help add", "did you mean `.help add`?"),
        ("quit()", "did you mean `.quit`?"),
        (":q", "did you mean `.quit`?"),
        ("--help", "did you mean `.help`?"),
        ("ls", "did you mean `.exports`?"),
        (".ls", "did you mean `.exports`?"),
        ("./spin.wat", "`.load ./spin.wat`"),
        ("spin.wat", "`.load spin.wat`"),
        ("/tmp/spin.wat", "`.load /tmp/spin.wat`"),
        ("let x = 5", "`$x = …`"),
        ("x = 5", "`$x = …`"),
        ("await add(1, 2)", "waited for by itself: `add(1, 2)`; `$a = start add(1, 2)`"),
        ("async add(1, 2)", "waited for by itself"),
        ("await $a", "did you mean `.await $a`?"),
        ("$c = new counter(1)", "`$c = counter(…)`"),
        ("add: func(a: s32, b: s32) -> s32;", "this is WIT"),
        ("interface shapes {}", "this is WIT"),
        ("# a comment", "`//`"),
        ("True", "did you mean `true`?"),
        ("$c = 1 : u8\nc", "did you mean `$c`?"),
        ("$c = \"\"\nc.get(1)", "did you mean `$c.get(1)`?"),
        // What the errors knew before is left alone.
        ("Add(1, 2)", "did you mean `add`?"),
        ("add(1, True)", "for example 42"),
        (".set timeout 5", "500ms"),
    ] {
        let output = place.run(&["adder.wat", "--json", "-e", line]);
        let error = &objects(&output).pop().unwrap()["error"];
        let lines = error["help"].as_array().map(Vec::as_slice).unwrap_or_default();
        assert!(lines.len() == 1 && lines[0].as_str().unwrap().contains(help), "{line} gave {error}");
    }
}

#[test]
fn a_trap_fails_the_line_and_the_next_works() {
    let place = Place::new();
    let output = place.run(&["adder.wat", "--keep-going", "-e", "div(1, 0)", "-e", "div(6, 3)"]);
    check(&output, "2\n", 1);
    check_stderr(&output, "divide by zero");
}

#[test]
fn wrong_command_lines_end_with_2() {
    let place = Place::new();
    place.write("zip.wasm", b"PK\x03\x04");
    for args in [
        &["--no-such-flag"][..],
        &["--timeout", "soon"],
        &["--dir", "./no/such/directory"],
        &["--env", "WITSH_NO_SUCH_VARIABLE"],
        &["--wasm-features", "no-such-feature"],
        &["no-such-file.wasm", "-e", "1 : u8"],
        &["zip.wasm", "-e", "1 : u8"],
        &["test"],
        &["test", "no-such-document.md"],
    ] {
        let output = place.run(args);
        check(&output, "", 2);
        assert!(!output.stderr.is_empty(), "{args:?}");
    }
    check(&place.run(&["--version"]), concat!("witsh ", env!("CARGO_PKG_VERSION"), "\n"), 0);
}

#[test]
fn what_became_of_a_core_module_is_said_in_a_script_too() {
    let folder = Place::new();
    folder.write("core.wat", br#"(module (memory (export "mem") 1) (func (export "two_fold") (param i32)))"#);
    let output = folder.run(&["core.wat", "-e", ".vars"]);
    assert_eq!(output.status.code(), Some(0));
    check_stderr(&output, "core is a core module: made into a component by its signatures\n");
    check_stderr(&output, "two_fold is two-fold");
    check_stderr(&output, "left out of the component: mem\n");
    for silent in ["-q", "--json"] {
        let output = folder.run(&["core.wat", silent, "-e", ".vars"]);
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{silent}");
    }
}

#[test]
fn scripts_come_on_standard_input() {
    let place = Place::new();
    let script = "\u{feff}// a comment\r\nadd(1,\r\n  2)\r\n\n$x = add(2, 2)\n$x";
    check(&place.run_script(&["adder.wat"], script.as_bytes()), "3\n4\n", 0);
    check(&place.run_script(&["adder.wat"], b"add(1, 1)\n.quit\nadd(1, 2)\n"), "2\n", 0);
    // With -e standard input is no script.
    check(&place.run_script(&["adder.wat", "-e", "add(1, 1)"], b"add(1, 2)\n"), "2\n", 0);
}

#[test]
fn bad_lines_of_a_script_fail_alone() {
    let place = Place::new();
    for bad in [&b"add(1, \xff)"[..], b"add(1,\0 2)", b"\x1b[2J", b".no-such-command", "add(1,\u{2028}2)))".as_bytes()]
    {
        let script = [bad, b"\nadd(1, 2)\n"].concat();
        let output = place.run_script(&["adder.wat", "--keep-going"], &script);
        check(&output, "3\n", 1);
        check_stderr(&output, "note: at line 1 of the script");
        assert!(!output.stderr.iter().any(|byte| *byte < b' ' && *byte != b'\n'), "{:?}", output.stderr);
        check(&place.run_script(&["adder.wat"], &script), "", 1);
    }
}

#[test]
fn a_script_that_ends_inside_a_bracket_is_an_error() {
    let place = Place::new();
    let output = place.run_script(&["adder.wat"], b"add(1, 2)\nadd(1,\n");
    check(&output, "3\n", 1);
    check_stderr(&output, "error: ");
}

#[test]
fn json_is_one_object_a_line() {
    let place = Place::new();
    let output =
        place.run(&["adder.wat", "--json", "--keep-going", "-e", "add(1, 2)", "-e", "$x = 1 : u8", "-e", "add(1)"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stderr.is_empty());
    let objects = objects(&output);
    assert_eq!(objects[0], json!({"ok": true, "input": "add(1, 2)", "type": "s32", "value": 3, "wave": "3"}));
    assert_eq!(objects[1], json!({"ok": true, "input": "$x = 1 : u8"}));
    assert_eq!((&objects[2]["ok"], &objects[2]["input"]), (&json!(false), &json!("add(1)")));
    assert!(objects[2]["error"]["kind"].is_string() && objects[2]["error"]["message"].is_string());
    assert_eq!(objects.len(), 3);
}

#[test]
fn a_file_that_cannot_be_loaded_is_an_object_too() {
    let place = Place::new();
    place.write("empty.wasm", b"");
    let output = place.run(&["empty.wasm", "--json", "-e", "1 : u8"]);
    assert_eq!(output.status.code(), Some(2));
    let objects = objects(&output);
    assert_eq!(objects.len(), 1);
    assert_eq!((&objects[0]["ok"], &objects[0]["input"]), (&json!(false), &json!("empty.wasm")));
    assert_eq!(objects[0]["error"]["kind"], "load");
}

#[test]
fn colours_are_written_where_asked_for_alone() {
    let place = Place::new();
    let fails = ["-e", "no-such-function()"];
    let colored = |output: &Output| output.stderr.contains(&0x1b);
    assert!(!colored(&place.run(&fails)));
    assert!(colored(&place.run(&[&fails[..], &["--color", "always"]].concat())));
    assert!(!colored(&place.command(&fails).env("NO_COLOR", "1").env("CLICOLOR_FORCE", "1").output().unwrap()));
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let place = Place::new();
    let script: String = (0..200_000).map(|i| format!("add({i}, 1)\n")).collect();
    let mut command = place.command(&["adder.wat"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        // Nobody reads the script once nobody reads the results.
        let _ = stdin.write_all(script.as_bytes());
    });
    let mut first = [0; 2];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(&first, b"1\n");
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_guest_does_not_write_for_nobody() {
    let place = Place::new();
    let mut command = place.command(&["yes.wat", "-e", "yes()"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 4];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(&first, b"y\ny\n");
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_document_that_tests_nothing_is_an_error_where_it_is_named() {
    let place = Place::new();
    for text in ["# A title\n", "```witsh\nadd(1, 2)\n3\n```\n"] {
        place.write("a.md", text.as_bytes());
        let output = place.run(&["test", "a.md"]);
        check(&output, "", 2);
        check_stderr(&output, "error: a.md tests nothing: it holds no session");
        check(&place.run(&["test", "."]), "0 passed, 0 failed\n", 0);
    }
    place.write("a.md", b"```witsh gone.wasm\n> add(1, 2)\n3\n```\n");
    let output = place.run(&["test", "a.md"]);
    check(&output, "", 2);
    check_stderr(&output, "gone.wasm");
    check_stderr(&output, "in a.md");
}

#[test]
fn results_come_before_the_script_is_over() {
    let place = Place::new();
    let mut child = place.command(&["adder.wat"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    for i in 0..3 {
        writeln!(stdin, "add({i}, 1)").unwrap();
        let mut result = [0; 2];
        stdout.read_exact(&mut result).unwrap();
        assert_eq!(result, [b'1' + i, b'\n']);
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[cfg(target_os = "linux")]
#[test]
fn lost_results_are_a_failure() {
    let place = Place::new();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = place.command(&["adder.wat", "-e", "add(1, 2)"]).stdout(full).output().unwrap();
    check(&output, "", 1);
    check_stderr(&output, "error: cannot write to standard output");
}

#[test]
fn transcripts_are_compared_and_updated() {
    let place = Place::new();
    let good = "# A\n```witsh adder.wat\n> add(1, 2)\n3\n```\n";
    let path = place.write("a.md", good.as_bytes());
    check(&place.run(&["test", "a.md"]), "1 passed, 0 failed\n", 0);
    check(&place.run(&["test", "."]), "1 passed, 0 failed\n", 0);
    place.write("a.md", good.replace("\n3\n", "\n4\n").as_bytes());
    check(&place.run(&["test", "a.md"]), "a.md:3 > add(1, 2)\n-4\n+3\n0 passed, 1 failed\n", 1);
    check(&place.run(&["test", "--update", "a.md"]), "a.md: 1 updated\n1 passed, 0 failed\n", 0);
    assert_eq!(std::fs::read_to_string(path).unwrap(), good);
    place.write("b.md", b"```witsh adder.wat\n> add(1,\n. 2)\n4\n```\n");
    check(&place.run(&["test", "b.md"]), "b.md:2 > add(1,\n. 2)\n-4\n+3\n0 passed, 1 failed\n", 1);
}

#[test]
fn guests_write_beside_results() {
    let place = Place::new();
    let output = place.run(&["loud.wat", "-e", "speak()"]);
    check(&output, "7\n", 0);
    // No terminal, no escaping: byte for byte.
    assert_eq!(String::from_utf8_lossy(&output.stderr), "\x1b[2Jhi\n");
    let objects = objects(&place.run(&["loud.wat", "--json", "-e", "speak()"]));
    assert_eq!(objects[0]["value"], 7);
    assert_eq!(objects[0]["stderr"], "\x1b[2Jhi\n");
    assert_eq!(objects[0].get("stdout"), None);
}

#[test]
fn limits_stop_a_guest() {
    let place = Place::new();
    for [file, flag, bound, line] in [
        ["spin.wat", "--timeout", "100ms", "spin()"],
        ["spin.wat", "--fuel", "100000", "spin()"],
        ["waiting.wat", "--timeout", "100ms", "wait()"],
    ] {
        let output = place.run(&[file, flag, bound, "--json", "-e", line]);
        assert_eq!(output.status.code(), Some(1), "{file} {flag}");
        assert_eq!(objects(&output)[0]["error"]["kind"], "limit", "{file} {flag}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_stops_the_line_and_the_process() {
    let place = Place::new();
    // One guest computes, the other waits in a call of the host.
    for (file, line) in [("spin.wat", "spin()"), ("waiting.wat", "wait()")] {
        let lines = ["-e", "loud::speak()", "-e", line, "-e", "loud::speak()"];
        let mut command = place.command(&[&["loud.wat", file, "--keep-going"], &lines[..]].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // The first line has begun; whether the signal meets it, the second, or the moment between them, it ends everything.
        child.stderr.as_mut().unwrap().read_exact(&mut [0; 1]).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(200));
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        let output = child.wait_with_output().unwrap();
        check(&output, "7\n", 130);
    }
}
