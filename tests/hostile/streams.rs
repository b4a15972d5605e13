//! Streams that are closed, and what guests write to them.

use std::process::Stdio;

use crate::shell::{Place, end};

/// Writes what is in its memory to standard output and standard error, in pieces of one byte.
const PRINTER: &str = r#"(component
  (import "wasi:io/error@0.2.0" (instance $error (export "error" (type (sub resource)))))
  (alias export $error "error" (type $error'))
  (import "wasi:io/streams@0.2.0" (instance $streams
    (export "output-stream" (type $out (sub resource)))
    (alias outer 1 $error' (type $e'))
    (export "error" (type $e (eq $e')))
    (type $stream-error' (variant (case "last-operation-failed" (own $e)) (case "closed")))
    (export "stream-error" (type $stream-error (eq $stream-error')))
    (export "[method]output-stream.blocking-write-and-flush"
      (func (param "self" (borrow $out)) (param "contents" (list u8)) (result (result (error $stream-error)))))))
  (alias export $streams "output-stream" (type $out))
  (import "wasi:cli/stdout@0.2.0" (instance $stdout
    (alias outer 1 $out (type $out')) (export "output-stream" (type $o (eq $out'))) (export "get-stdout" (func (result (own $o))))))
  (import "wasi:cli/stderr@0.2.0" (instance $stderr
    (alias outer 1 $out (type $out')) (export "output-stream" (type $o (eq $out'))) (export "get-stderr" (func (result (own $o))))))
  (core module $mem (memory (export "memory") 1)
    (data (i32.const 0) "\1b[2J\1b]0;t\07\1b[?1049h\1b[6n\07\0d> error: fake\0a\ff\fe\f0\9f\98\80\c2"))
  (core instance $mem (instantiate $mem))
  (core func $stdout' (canon lower (func $stdout "get-stdout")))
  (core func $stderr' (canon lower (func $stderr "get-stderr")))
  (core func $write (canon lower (func $streams "[method]output-stream.blocking-write-and-flush") (memory $mem "memory")))
  (core module $m
    (import "" "stdout" (func $stdout (result i32)))
    (import "" "stderr" (func $stderr (result i32)))
    (import "" "write" (func $write (param i32 i32 i32 i32)))
    (func $print (param $stream i32) (local $at i32)
      (loop $next
        (call $write (local.get $stream) (local.get $at) (i32.const 1) (i32.const 64))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $at) (i32.const 45)))))
    (func (export "out") (call $print (call $stdout)))
    (func (export "err") (call $print (call $stderr)))
    (func (export "for-ever") (loop $again (call $print (call $stdout)) (br $again))))
  (core instance $i (instantiate $m (with "" (instance
    (export "stdout" (func $stdout')) (export "stderr" (func $stderr')) (export "write" (func $write))))))
  (func (export "out") (canon lift (core func $i "out")))
  (func (export "err") (canon lift (core func $i "err")))
  (func (export "for-ever") (canon lift (core func $i "for-ever"))))"#;

/// What it writes.
const PRINTED: &[u8] = b"\x1b[2J\x1b]0;t\x07\x1b[?1049h\x1b[6n\x07\r> error: fake\n\xff\xfe\xf0\x9f\x98\x80\xc2";

fn place() -> Place {
    let place = Place::new();
    place.write("printer.wat", PRINTER);
    place
}

#[test]
fn what_a_guest_writes_passes_a_pipe_byte_for_byte() {
    let ended = place().run(&["printer.wat", "-e", "out()", "-e", "1 : u8"]);
    ended.sound(0);
    assert_eq!(ended.stdout, [PRINTED, b"\n1\n"].concat());
    assert!(ended.stderr.is_empty(), "{}", ended.shown());
    let ended = place().run(&["printer.wat", "-e", "err()"]);
    ended.sound(0);
    assert_eq!((ended.stdout.as_slice(), ended.stderr.as_slice()), (&b""[..], PRINTED));
}

#[test]
fn in_json_it_is_text() {
    let ended = place().run(&["printer.wat", "--json", "-e", "out()", "-e", "err()"]).stood(0);
    let objects: Vec<serde_json::Value> =
        ended.stdout().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let text = String::from_utf8_lossy(PRINTED);
    assert_eq!((&objects[0]["stdout"], &objects[1]["stderr"]), (&text.clone().into(), &text.into()));
}

#[test]
fn a_guest_that_prints_for_ever_ends_with_its_time() {
    let ended = place().run(&["printer.wat", "--timeout", "300ms", "--json", "-e", "for-ever()"]).stood(1);
    let object: serde_json::Value = serde_json::from_str(&ended.stdout()).unwrap();
    assert_eq!(object["error"]["kind"], "limit");
    let ended = place().run(&["printer.wat", "--timeout", "300ms", "--keep-going", "-e", "for-ever()", "-e", "1 : u8"]);
    ended.sound(1);
    assert!(ended.stdout.starts_with(PRINTED) && ended.stdout.ends_with(b"1\n"));
}

/// Runs the shell through the system's own, which can close streams.
#[cfg(unix)]
fn through_sh(place: &Place, redirections: &str) -> crate::shell::Ended {
    let mut command = std::process::Command::new("sh");
    command.current_dir(place.path()).env_remove("HOME").env("XDG_CACHE_HOME", place.path()).stdin(Stdio::null());
    let lines = "--keep-going -e '1 : u8' -e 'out()' -e 'nothing()' -e '.exports' -e '2 : u8'";
    command.args(["-c", &format!("'{}' printer.wat {lines} {redirections}", env!("CARGO_BIN_EXE_witsh"))]);
    end(command, b"")
}

#[cfg(unix)]
#[test]
fn closed_streams_are_no_panic() {
    let place = place();
    for (redirections, code) in
        [("<&-", 1), ("2>&-", 1), ("<&- 2>&-", 1), (">&-", 1), ("<&- >&- 2>&-", 1), ("2>/dev/full", 1)]
    {
        let ended = through_sh(&place, redirections);
        assert_eq!(ended.code, Some(code), "{redirections}: {}", ended.shown());
        assert!(!ended.stderr().contains("panicked"), "{}", ended.shown());
        if !redirections.contains(">&- 2") && !redirections.starts_with(">&-") {
            assert!(ended.stdout.starts_with(b"1\n") && ended.stdout.ends_with(b"2\n"), "{}", ended.shown());
        }
    }
}

#[cfg(unix)]
#[test]
fn a_script_from_a_closed_standard_input_is_empty_or_an_error() {
    let place = place();
    let mut command = std::process::Command::new("sh");
    command.current_dir(place.path()).env_remove("HOME");
    command.args(["-c", &format!("'{}' printer.wat <&-", env!("CARGO_BIN_EXE_witsh"))]);
    let ended = end(command, b"").prints("");
    assert!(matches!(ended.code, Some(0 | 1)), "{}", ended.shown());
}
