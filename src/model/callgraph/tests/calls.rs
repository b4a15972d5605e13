//! Calls within and out of core modules.

use super::{ASIDE, INDIRECT, REACHABLE, UNREACHABLE, check, check_module, load, way, with_module};

#[test]
fn calls_that_name_the_function() {
    check_module(r#"(func (export "run") call $log)"#, REACHABLE);
    check_module(r#"(func (export "run") return_call $log)"#, REACHABLE);
    check_module(
        r#"(func (export "run") call $a) (func $a call $b) (func $b i32.const 0 if call $log end)"#,
        REACHABLE,
    );
    check_module(r#"(func (export "run")) (func $unused call $log)"#, UNREACHABLE);
    check_module(r#"(func (export "run") call $a) (func $a call $b) (func $b call $a)"#, UNREACHABLE);
    check_module(r#"(export "run" (func $log))"#, REACHABLE);
}

#[test]
fn the_way_has_a_line_for_each_step() {
    let component = load(&with_module(r#"(func $a (export "run") call $b) (func $b call $log)"#));
    assert_eq!(way(&component, "log"), ["from export run", "calls a", "calls b", "calls log"]);
    let nameless = r#"(func $a (export "run") call 2) (func call $log)"#;
    assert_eq!(way(&load(&with_module(nameless)), "log")[2], "calls function 2");
}

#[test]
fn code_around_the_call_does_not_matter() {
    let tag = r#"(tag $t) (func (export "run") (block $h (try_table (catch $t $h) call $throws)))"#;
    check_module(&format!("{tag} (func $throws call $log throw $t)"), REACHABLE);
    let handler = r#"(tag $t) (func $log2 call $log)
        (func (export "run") (block $h (try_table (catch_all $h) (throw $t))) call $log2)"#;
    check_module(handler, REACHABLE);
}

#[test]
fn references_that_are_called() {
    let elem = "(elem declare func $log)";
    check_module(&format!(r#"{elem} (func (export "run") ref.func $log call_ref $plain)"#), INDIRECT);
    check_module(&format!(r#"{elem} (func (export "run") ref.func $log return_call_ref $plain)"#), INDIRECT);
    // Who has the reference may call it, whether this code does or not.
    check_module(&format!(r#"{elem} (func (export "run") ref.func $log drop)"#), INDIRECT);
    check_module(&format!(r#"{elem} (func (export "run")) (func $unused ref.func $log drop)"#), UNREACHABLE);
    let global = r#"(global $g (ref $plain) (ref.func $log)) (func (export "run") global.get $g call_ref $plain)"#;
    check_module(global, INDIRECT);
    let elsewhere = r#"(elem declare func $log) (func $made ref.func $log drop)
        (func (export "run") ref.null $plain call_ref $plain)"#;
    check_module(elsewhere, INDIRECT);
}

#[test]
fn references_of_another_type_are_not_meant() {
    let other = r#"(type $other (func (param i32))) (elem declare func $log)
        (func $made ref.func $log drop)
        (func (export "run") i32.const 0 ref.null $other call_ref $other)"#;
    check_module(other, UNREACHABLE);
}

#[test]
fn references_in_structures() {
    let array = r#"(type $array (array (mut funcref))) (elem $e func $log)
        (func (export "run") (drop (array.new_elem $array $e (i32.const 0) (i32.const 1))) ref.null $plain call_ref $plain)"#;
    check_module(array, INDIRECT);
    let structure = r#"(type $s (struct (field (ref $plain)))) (elem declare func $log)
        (global $g (ref $s) (struct.new $s (ref.func $log)))
        (func (export "run") (call_ref $plain (struct.get $s 0 (global.get $g))))"#;
    check_module(structure, INDIRECT);
}

#[test]
fn a_start_function_runs_without_a_call() {
    check_module(r#"(func $s call $log) (start $s) (func (export "run"))"#, ASIDE);
    check_module(r#"(start $log) (func (export "run"))"#, ASIDE);
    // As component tools call `_initialize`: a second module whose start function is the first one's.
    let text = r#"(component
        (import "log" (func $log))
        (core func $lowered (canon lower (func $log)))
        (core module $m (import "" "log" (func $log)) (func (export "_initialize") call $log) (func (export "run")))
        (core instance $i (instantiate $m (with "" (instance (export "log" (func $lowered))))))
        (core module $starter (import "" "" (func $f)) (start $f))
        (core instance (instantiate $starter (with "" (instance (export "" (func $i "_initialize"))))))
        (func (export "run") (canon lift (core func $i "run"))))"#;
    check(text, "log", ASIDE);
    assert_eq!(way(&load(text), "log"), ["from start function of starter", "calls _initialize", "calls log"]);
}

/// A component whose core module exports `run`, which gives back a string, and `aside`, which calls `log`.
fn with_option(lift: &str) -> String {
    format!(
        r#"(component
            (import "log" (func $log))
            (core func $lowered (canon lower (func $log)))
            (core module $m
                (import "" "log" (func $log))
                (memory (export "memory") 1)
                (func (export "run") (param i32 i32) (result i32) i32.const 0)
                (func (export "post") (param i32) call $log)
                (func (export "realloc") (param i32 i32 i32 i32) (result i32) call $log i32.const 0)
                (func (export "quiet") (param i32 i32 i32 i32) (result i32) i32.const 0))
            (core instance $i (instantiate $m (with "" (instance (export "log" (func $lowered))))))
            (alias core export $i "memory" (core memory $memory))
            (func (export "run") (param "a" string) (result string)
                (canon lift (core func $i "run") (memory $memory) {lift})))"#
    )
}

#[test]
fn the_canonical_abi_calls_too() {
    check(&with_option(r#"(realloc (func $i "quiet"))"#), "log", UNREACHABLE);
    check(&with_option(r#"(realloc (func $i "realloc"))"#), "log", REACHABLE);
    let post = with_option(r#"(realloc (func $i "quiet")) (post-return (func $i "post"))"#);
    check(&post, "log", REACHABLE);
    assert_eq!(way(&load(&post), "log"), ["from export run", "cleans up with post", "calls log"]);
}

#[test]
fn what_an_import_gives_back_needs_memory() {
    let text = r#"(component
        (import "log" (func $log)) (import "name" (func $name (result string)))
        (core func $lowered (canon lower (func $log)))
        (core module $libc
            (import "" "log" (func $log))
            (memory (export "memory") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) call $log i32.const 0))
        (core instance $libc (instantiate $libc (with "" (instance (export "log" (func $lowered))))))
        (alias core export $libc "memory" (core memory $memory))
        (core func $name (canon lower (func $name) (memory $memory) (realloc (func $libc "realloc"))))
        (core module $m (import "" "name" (func $name (param i32))) (func (export "run") i32.const 0 call $name))
        (core instance $i (instantiate $m (with "" (instance (export "name" (func $name))))))
        (func (export "run") (canon lift (core func $i "run"))))"#;
    check(text, "name", REACHABLE);
    check(text, "log", REACHABLE);
    assert_eq!(way(&load(text), "log"), ["from export run", "calls run", "allocates with realloc", "calls log"]);
}

#[test]
fn an_async_call_goes_on_in_its_callback() {
    let text = r#"(component
        (import "log" (func $log))
        (core func $lowered (canon lower (func $log)))
        (core func $return (canon task.return))
        (core module $m
            (import "" "log" (func $log)) (import "" "return" (func $return))
            (func (export "run") (result i32) call $return i32.const 0)
            (func (export "callback") (param i32 i32 i32) (result i32) call $log i32.const 0))
        (core instance $i (instantiate $m
            (with "" (instance (export "log" (func $lowered)) (export "return" (func $return))))))
        (func (export "run") async (canon lift (core func $i "run") async (callback (func $i "callback")))))"#;
    check(text, "log", REACHABLE);
    assert_eq!(way(&load(text), "log"), ["from export run", "goes on with callback", "calls log"]);
    // Lifted without a callback, and lowered to run beside the caller.
    let stackful = r#"(component
        (import "log" (func $log async (param "a" u32)))
        (core func $lowered (canon lower (func $log) async))
        (core func $return (canon task.return))
        (core module $m
            (import "" "log" (func $log (param i32) (result i32))) (import "" "return" (func $return))
            (func (export "run") i32.const 0 call $log drop call $return))
        (core instance $i (instantiate $m
            (with "" (instance (export "log" (func $lowered)) (export "return" (func $return))))))
        (func (export "run") async (canon lift (core func $i "run") async)))"#;
    check(stackful, "log", REACHABLE);
}

#[test]
fn streams_allocate_what_they_read() {
    let text = r#"(component
        (import "log" (func $log))
        (core func $lowered (canon lower (func $log)))
        (core module $libc
            (import "" "log" (func $log))
            (memory (export "memory") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) call $log i32.const 0))
        (core instance $libc (instantiate $libc (with "" (instance (export "log" (func $lowered))))))
        (alias core export $libc "memory" (core memory $memory))
        (type $s (stream string))
        (core func $read (canon stream.read $s (memory $memory) (realloc (func $libc "realloc"))))
        (core module $m
            (import "" "read" (func $read (param i32 i32 i32) (result i32)))
            (func (export "run") (drop (call $read (i32.const 0) (i32.const 0) (i32.const 0)))))
        (core instance $i (instantiate $m (with "" (instance (export "read" (func $read))))))
        (func (export "run") (canon lift (core func $i "run"))))"#;
    check(text, "log", REACHABLE);
    let steps = way(&load(text), "log");
    assert_eq!(steps[2..], ["calls stream.read", "allocates with realloc", "calls log"]);
}

#[test]
fn threads_run_what_their_table_holds() {
    let text = r#"(component
        (import "log" (func $log))
        (core func $lowered (canon lower (func $log)))
        (core module $table (table (export "t") 1 funcref))
        (core instance $table (instantiate $table))
        (alias core export $table "t" (core table $t))
        (core type $start (func (param i32)))
        (core func $new (canon thread.new-indirect $start (table $t)))
        (core module $m
            (import "" "log" (func $log)) (import "" "new" (func $new (param i32 i32) (result i32)))
            (import "" "t" (table 1 funcref))
            (func $thread (param i32) call $log)
            (elem (i32.const 0) func $thread)
            (func (export "run") (drop (call $new (i32.const 0) (i32.const 0)))))
        (core instance $i (instantiate $m (with "" (instance
            (export "log" (func $lowered)) (export "new" (func $new)) (export "t" (table $t))))))
        (func (export "run") (canon lift (core func $i "run"))))"#;
    check(text, "log", INDIRECT);
}
