//! Imports answered by processes: Python files and lambdas, and other programs.
//!
//! Where there is no `python3`, the tests that need it say so on standard error and check nothing.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Imports functions and a resource of every kind; they are called as `host::…`.
const WORLD: &str = r#"(component
    (import "log" (func (param "msg" string)))
    (import "demo:host/files" (instance
        (export "file-handle" (type $file (sub resource)))
        (export "[constructor]file-handle" (func (param "name" string) (result (own $file))))
        (export "[method]file-handle.read-all" (func (param "self" (borrow $file)) (result string)))
        (export "[static]file-handle.open" (func (param "name" string) (result (result (own $file) (error string)))))
        (export "[static]file-handle.live-count" (func (result u32)))
        (export "both" (func (param "a" (borrow $file)) (param "b" (borrow $file)) (result string)))
        (export "swallow" (func (param "file" (own $file)) (result string)))))
    (import "demo:host/echo" (instance
        (type $p (record (field "first-name" string) (field "age" u8) (field "note" (option string))))
        (export "person" (type $person (eq $p)))
        (type $s (variant (case "circle" f64) (case "no-shape")))
        (export "shape" (type $shape (eq $s)))
        (type $c (enum "dark-red" "green"))
        (export "colour" (type $colour (eq $c)))
        (type $f (flags "read" "write-all"))
        (export "perms" (type $perms (eq $f)))
        (export "of-person" (func (param "v" $person) (result $person)))
        (export "of-shape" (func (param "v" $shape) (result $shape)))
        (export "of-colour" (func (param "v" $colour) (result $colour)))
        (export "of-perms" (func (param "v" $perms) (result $perms)))
        (export "of-bytes" (func (param "v" (list u8)) (result (list u8))))
        (export "of-pairs" (func (param "v" (list (tuple char s64))) (result (list (tuple char s64)))))
        (export "of-nested" (func (param "v" (option (option u64))) (result (option (option u64)))))
        (export "of-float" (func (param "v" f64) (result f64)))
        (export "divide" (func (param "a" s32) (param "b" s32) (result (result s32 (error string)))))
        (export "describe" (func (param "v" (result u8 (error string))) (result string)))
        (export "import" (func (result string)))))
)"#;

/// A folder with a component in it, in which the shell runs.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        place.write("world.wat", WORLD);
        place
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).unwrap();
    }

    /// Runs these lines, also after one that failed.
    fn run(&self, file: &str, lines: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_witsh"));
        command.args(["--keep-going", file]).args(lines.iter().flat_map(|line| ["-e", line]));
        command.current_dir(self.0.path()).stdin(Stdio::null());
        for variable in ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"] {
            command.env(variable, self.0.path());
        }
        command.env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache")).output().unwrap()
    }

    /// Standard output is this, and each of these stands in standard error, in this order.
    #[track_caller]
    fn check(&self, lines: &[&str], stdout: &str, stderr: &[&str]) {
        check(&self.run("world.wat", lines), stdout, stderr);
    }
}

#[track_caller]
fn check(output: &Output, stdout: &str, stderr: &[&str]) {
    let all = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), stdout, "standard error was: {all}");
    assert!(!all.contains("panicked"), "{all}");
    let mut rest = &*all;
    for part in stderr {
        let at = rest.find(part).unwrap_or_else(|| panic!("expected {part:?} in the rest of: {all}"));
        rest = &rest[at + part.len()..];
    }
}

/// Whether there is a Python to test with. `eprintln` would be swallowed in a test that passes.
fn has_python(test: &str) -> bool {
    let version = "import sys; sys.exit(sys.version_info < (3, 8))";
    let has = Command::new("python3").args(["-c", version]).status().is_ok_and(|status| status.success());
    if !has {
        let mut stderr = std::io::stderr();
        writeln!(stderr, "SKIPPED {test}: there is no python3 of version 3.8 or later").unwrap();
    }
    has
}

const FILES: &str = r#"
import os
LIVE = []

class FileHandle:
    def __init__(self, name):
        print("opened", name)
        self.name = name
        LIVE.append(name)

    def read_all(self):
        if self.name == "die":
            os.kill(os.getpid(), 9)
        if self.name == "broken":
            raise OSError("the disk is gone")
        return "text of " + self.name

    @staticmethod
    def open(name):
        if name == "":
            raise Err("no name")
        return FileHandle(name)

    @classmethod
    def live_count(cls):
        return len(LIVE)

    def drop(self):
        LIVE.remove(self.name)

def both(a, b):
    return a.name + b.name

def swallow(file):
    return "swallowed " + file.name
"#;

const FILES_IN_PYTHON: &str = ".provide demo:host/files python files.py";

#[test]
fn python_classes_are_resources() {
    if !has_python("python_classes_are_resources") {
        return;
    }
    let place = Place::new();
    place.write("files.py", FILES);
    let lines = [
        FILES_IN_PYTHON,
        "$a = host::file-handle(\"a\")",
        "$a.read-all()",
        "$b = host::file-handle.open(\"b\")?",
        "host::file-handle.open(\"\")",
        "host::both($a, $b)",
        "host::file-handle.live-count()",
        ".drop $a",
        "host::file-handle.live-count()",
        "host::swallow($b)",
        "host::file-handle.live-count()",
        "$b.read-all()",
    ];
    let stdout = "\"text of a\"\nerr(\"no name\")\n\"ab\"\n2\ndropped <own file-handle#1>\n1\n\"swallowed b\"\n1\n";
    place.check(&lines, stdout, &["is answered by python files.py", "opened a\n", "opened b\n", "was moved"]);
}

#[test]
fn a_process_killed_in_mid_call_costs_that_call() {
    if !has_python("a_process_killed_in_mid_call_costs_that_call") {
        return;
    }
    let place = Place::new();
    place.write("files.py", FILES);
    let lines = [
        FILES_IN_PYTHON,
        "$kept = \"kept\"",
        "$a = host::file-handle(\"a\")",
        "$d = host::file-handle(\"die\")",
        "$d.read-all()",
        "$a.read-all()",
        ".drop $a",
        "$b = host::file-handle(\"b\")",
        "$b.read-all()",
        "$kept",
    ];
    let stderr = [
        "error: python files.py ended (signal: 9 (SIGKILL)) before it answered",
        "the next call starts it again",
        "error: file-handle#1 is lost: the process that made it has ended",
    ];
    place.check(&lines, "dropped <own file-handle#1>\n\"text of b\"\n\"kept\"\n", &stderr);
}

#[test]
fn exceptions_and_missing_names_say_what_they_are() {
    if !has_python("exceptions_and_missing_names_say_what_they_are") {
        return;
    }
    let place = Place::new();
    place.write("files.py", FILES);
    place.write("empty.py", "");
    place.write("wrong.py", "def f(:\n");
    let lines = [
        FILES_IN_PYTHON,
        "$a = host::file-handle(\"broken\")",
        "$a.read-all()",
        ".provide demo:host/files python empty.py",
        "host::file-handle(\"x\")",
        "host::swallow($a)",
        ".provide demo:host/files python wrong.py",
        "host::file-handle.live-count()",
        ".provide demo:host/files python none.py",
        ".provide demo:host/files python 'lambda: 1'",
    ];
    let stderr = [
        "in read_all",
        "error: python files.py trapped: OSError: the disk is gone",
        "demo:host/files#[method]file-handle.read-all was called",
        "empty.py has no class `FileHandle` for the resource file-handle",
        "empty.py has no function `swallow`",
        "cannot answer: it cannot be loaded: SyntaxError",
        "`none.py` cannot be read",
        "a lambda answers one function",
    ];
    place.check(&lines, "", &stderr);
}

#[test]
fn values_of_every_type_go_to_python_and_back() {
    if !has_python("values_of_every_type_go_to_python_and_back") {
        return;
    }
    let place = Place::new();
    let echo = r#"
def of_person(v):
    assert v.first_name == v["first-name"] == v["first_name"], v
    assert v.note is None or v.age == 3, v
    return v
def of_shape(v): return v if v.value else "no-shape"
def of_colour(v): return v.upper().replace("-", "_")
def of_perms(v): return sorted(v, reverse=True)
def of_bytes(v):
    assert isinstance(v, bytes)
    return v + b"!"
def of_pairs(v): return (list(pair) for pair in v)
def of_nested(v): return v
def of_float(v): return v
def divide(a, b):
    if b == 0: raise Err("cannot divide")
    return a // b
def describe(v): return repr(v)
def import_(): return input()
"#;
    place.write("echo.py", echo);
    let values = [
        ("of-person", "{first-name: \"a\", age: 3, note: some(\"é\\u{0}\")}"),
        ("of-person", "{first-name: \"a\", age: 4}"),
        ("of-shape", "circle(0.1)"),
        ("of-shape", "no-shape"),
        ("of-colour", "dark-red"),
        ("of-perms", "{read, write-all}"),
        ("of-perms", "{}"),
        ("of-pairs", "[('x', -9223372036854775808), ('y', 9223372036854775807)]"),
        ("of-nested", "none"),
        ("of-nested", "some(none)"),
        ("of-nested", "some(some(18446744073709551615))"),
        ("of-float", "5e-324"),
        ("of-float", "1.7976931348623157e308"),
        ("of-float", "nan"),
        ("of-float", "-inf"),
    ];
    let calls: Vec<String> = values.iter().map(|(function, value)| format!("host::{function}({value})")).collect();
    let mut lines = vec![".provide demo:host/echo python echo.py"];
    lines.extend(calls.iter().map(String::as_str));
    lines.extend(["host::of-bytes(b\"\\x00\\xff\")", "host::divide(7, 2)", "host::divide(7, 0)"]);
    lines.extend(["host::describe(ok(1))", "host::describe(err(\"e\"))", "host::import()"]);
    let mut stdout: String = values.iter().map(|(_, value)| format!("{value}\n")).collect();
    // Numbers print as WAVE prints them.
    stdout = stdout
        .replace("5e-324", &f64::from_bits(1).to_string())
        .replace("1.7976931348623157e308", &f64::MAX.to_string());
    stdout += "[0, 255, 33]\nok(3)\nerr(\"cannot divide\")\n\"Ok(1)\"\n\"Err(\\'e\\')\"\n";
    place.check(&lines, &stdout, &["trapped: EOFError"]);
}

#[test]
fn a_lambda_answers_one_function() {
    if !has_python("a_lambda_answers_one_function") {
        return;
    }
    let place = Place::new();
    let lines = [
        ".provide demo:host/echo#divide python 'lambda a, b: a * 10 + b'",
        "host::divide(4, 2)",
        ".provide demo:host/echo#divide python lambda a, b: \"x\"",
        "host::divide(4, 2)",
        ".provide demo:host/echo#of-pairs python 'lambda v: 5'",
        "host::of-pairs([])",
        ".provide demo:host/files#[constructor]file-handle python 'lambda name: name'",
        ".provide demo:host/files#[method]file-handle.read-all python 'lambda self: self.resource'",
        "$f = host::file-handle(\"x\")",
        "$f.read-all()",
        ".provide log python 'lambda msg: print(\"{\" + msg)'",
        "host::log(\"}\")",
        "host::of-float(1)",
    ];
    let stderr = [
        "answered what is no result<s32, string>",
        "at ok: expected s32, found \"x\"",
        "cannot answer: expected a list, found 5",
        "{}\n",
        "is not provided",
    ];
    place.check(&lines, "ok(42)\n\"demo:host/files#file-handle\"\n", &stderr);
}

#[test]
fn the_demo_keeps_its_values_in_python() {
    if !has_python("the_demo_keeps_its_values_in_python") {
        return;
    }
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("demos/kv-store");
    let provide = format!(".provide wasi-mindmap:kv-store/kvdb python '{}'", demo.join("kv.py").display());
    let lines = [
        &provide,
        "replace-value(\"colour\", \"red\")",
        "replace-value(\"colour\", \"blue\")",
        "$c = host::connection()",
        "$c.get(\"colour\")",
        "remove-all()",
        "$c.get(\"colour\")",
        "replace-value(\"size\", \"big\")",
        ".reset",
        "replace-value(\"size\", \"small\")",
    ];
    let output = Place::new().run(demo.join("kv-store.wasm").to_str().unwrap(), &lines);
    let stdout = "none\nsome(\"red\")\nsome(\"blue\")\nnone\nnone\nnone\n";
    check(&output, stdout, &["replaced \"colour\": Some(\"red\") -> \"blue\""]);
}

/// What a program writes, when it is asked once, and what the shell says to it.
#[track_caller]
#[cfg(unix)]
fn check_liar(script: &str, expected: &str) {
    let place = Place::new();
    place.write("liar.sh", script);
    let lines = [".provide demo:host/echo#of-float exec 'sh liar.sh'", ".set timeout 20s", "host::of-float(1)"];
    place.check(&lines, "", &["error: exec sh liar.sh", expected]);
}

#[test]
#[cfg(unix)]
fn programs_that_do_not_keep_to_the_protocol() {
    check_liar("cat", "wrote an answer with neither `ok` nor `trap`");
    check_liar("read x; echo hello", "wrote a line that is no answer: hello");
    check_liar("read x; echo '[1]'", "wrote a line that is no answer: [1]");
    check_liar("read x; printf '\\377\\033[2J\\n'", "wrote a line that is no answer");
    check_liar("read x; echo '{\"ok\": 1}'", "wrote an answer without the `id`");
    check_liar("read x; echo '{\"id\": 9, \"ok\": 1}'", "answered request 9, when 1 was asked");
    check_liar("read x; echo '{\"id\": 1, \"ok\": \"1\"}'", "answered what is no f64");
    check_liar("read x; echo '{\"id\": 1, \"trap\": \"why\"}'", "trapped: why");
    check_liar("read x; echo '{\"id\": 1, \"error\": \"why\"}'", "cannot answer: why");
    check_liar("read x; echo last words >&2; exit 3", "ended (exit status: 3) before it answered");
    check_liar("exec <&- >&-; exec sleep 30", "closed its standard output before it answered");
    check_liar("head -c 70000000 /dev/zero; exec sleep 30", "wrote a line that is too long");
}

#[test]
#[cfg(unix)]
fn a_silent_program_ends_with_the_calls_time() {
    let place = Place::new();
    place.write("once.sh", "read x; exec sleep 60");
    let lines = [
        ".provide demo:host/echo#of-float exec 'sh once.sh'",
        ".set timeout 200ms",
        "host::of-float(1)",
        ".provide demo:host/echo#of-float value 2",
        "host::of-float(1)",
    ];
    let stderr = ["ran out of time", "it was waiting for exec sh once.sh, answering demo:host/echo#of-float"];
    place.check(&lines, "2\n", &stderr);
}

#[test]
#[cfg(unix)]
fn a_guest_loses_the_call_that_was_not_answered() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("demos/kv-store/kv-store.wasm");
    let place = Place::new();
    place.write("dies.sh", "read x; exit 1");
    place.write("traps.sh", "read x; echo '{\"id\":1,\"trap\":\"no more room\"}'");
    place.write("silent.sh", "read x; exec sleep 60");
    let call = "replace-value(\"colour\", \"red\")";
    let lines = [
        "$kept = \"kept\"",
        ".provide log exec 'sh dies.sh'",
        call,
        ".provide log exec 'sh traps.sh'",
        call,
        ".provide log exec 'sh silent.sh'",
        ".set timeout 300ms",
        call,
        ".set timeout off",
        ".unprovide log",
        call,
        "$kept",
    ];
    let stderr = [
        "error: exec sh dies.sh ended (exit status: 1) before it answered",
        "the next call gets a fresh instance of kv-store",
        "error: exec sh traps.sh trapped: no more room",
        "error: kv-store ran longer than the timeout of 300ms",
        "it was waiting for exec sh silent.sh, answering log",
    ];
    check(&place.run(demo.to_str().unwrap(), &lines), "some(\"red\")\n\"kept\"\n", &stderr);
}

#[test]
#[cfg(unix)]
fn each_failure_has_its_kind() {
    let place = Place::new();
    place.write("traps.sh", "read x; echo '{\"id\":1,\"trap\":\"why\"}'");
    let kinds = |provider: &str| {
        let provide = format!(".provide demo:host/echo#of-float {provider}");
        let lines = [".set output json", ".set timeout 300ms", &provide, "host::of-float(1)"];
        let output = place.run("world.wat", &lines);
        let last = String::from_utf8_lossy(&output.stdout).lines().last().unwrap_or_default().to_owned();
        let kind = last.split("\"kind\":\"").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
        kind.unwrap_or_else(|| panic!("no kind in {last}"))
    };
    assert_eq!(kinds("exec cat"), "provider");
    assert_eq!(kinds("exec false"), "provider");
    assert_eq!(kinds("exec ./no-such-program"), "provider");
    assert_eq!(kinds("exec 'sh traps.sh'"), "trap");
    assert_eq!(kinds("exec 'sleep 60'"), "limit");
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_a_call_that_waits_for_a_program() {
    let place = Place::new();
    place.write("silent.sh", "read x; echo $$ >started; exec sleep 60");
    let mut command = Command::new(env!("CARGO_BIN_EXE_witsh"));
    command.args(["world.wat", "-e", ".provide log exec 'sh silent.sh'", "-e", "host::log(\"x\")"]);
    command.current_dir(place.0.path()).env_remove("HOME").stdin(Stdio::null());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let started = place.0.path().join("started");
    while !std::fs::read_to_string(&started).is_ok_and(|pid| pid.ends_with('\n')) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    check(&output, "", &["was interrupted", "it was waiting for exec sh silent.sh, answering log"]);
    let pid = std::fs::read_to_string(&started).unwrap();
    let alive = Command::new("kill").args(["-0", pid.trim()]).stderr(Stdio::null()).status().unwrap().success();
    assert!(!alive, "the program ends with the call");
}

#[test]
#[cfg(unix)]
fn a_program_that_ends_after_each_answer_is_started_again() {
    let place = Place::new();
    place.write("once.sh", "read -r x; id=${x#'{\"id\":'}; echo '{\"id\":'${id%%,*}',\"ok\":'$$'}'");
    let provide = ".provide demo:host/files#[static]file-handle.live-count exec 'sh once.sh'";
    let call = "host::file-handle.live-count()";
    let output = place.run("world.wat", &[provide, call, call, call]);
    // It may still be ending when it is called again, and then that call fails.
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let mut processes: Vec<&str> = stdout.lines().collect();
    assert!(processes.len() >= 2, "{stdout}{stderr}");
    processes.dedup();
    assert_eq!(processes.len(), stdout.lines().count(), "each answer is another process's");
    assert!(stderr.contains("ended (exit status: 0)"), "{stderr}");
}

#[test]
#[cfg(unix)]
fn the_program_in_the_documentation_works() {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/provider-protocol.md");
    let document = std::fs::read_to_string(document).unwrap();
    let script = document.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a program in sh");
    let place = Place::new();
    place.write("log.sh", script);
    let lines = [
        ".provide log exec 'sh log.sh messages.jsonl'",
        "host::log(\"a \\\\ b\")",
        "host::log(\"c\")",
        ".provide demo:host/echo#of-float exec sh log.sh messages.jsonl",
        "host::of-float(1)",
    ];
    place.check(&lines, "", &["message 1\n", "message 2\n", "cannot answer: only log is answered here"]);
    let kept = std::fs::read_to_string(place.0.path().join("messages.jsonl")).unwrap();
    assert_eq!(kept.lines().count(), 2, "{kept}");
}

#[test]
fn words_that_name_no_process() {
    let lines = [
        ".provide log exec",
        ".provide log exec 'a \"b'",
        ".provide log python",
        ".provide log python a b",
        ".provide log exec ./no-such-program",
        "host::log(\"x\")",
    ];
    let stderr = [
        "`exec` needs a COMMAND",
        "this quote is not closed",
        "`python` needs a FILE or a LAMBDA",
        "`python` takes one FILE or one LAMBDA",
        "there is no program `",
    ];
    Place::new().check(&lines, "", &stderr);
}
