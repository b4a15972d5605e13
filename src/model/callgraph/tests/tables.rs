//! Calls through tables: what can stand where.

use super::{INDIRECT, REACHABLE, UNREACHABLE, check, check_module, load, way};

/// A table of two places with `log` at the second, and a way to call through it.
fn through(call: &str) -> String {
    format!(r#"(table $t 2 2 funcref) (elem (i32.const 1) func $log) (func (export "run") {call})"#)
}

#[test]
fn any_function_of_the_type_may_be_meant() {
    check_module(
        &through("(call_indirect (type $plain) (memory.size))").replace("(table", "(memory 1) (table"),
        INDIRECT,
    );
    check_module(
        &through("(return_call_indirect (type $plain) (global.get 0))")
            .replace("(table", "(global i32 (i32.const 1)) (table"),
        INDIRECT,
    );
    let other = "(call_indirect (param i32) (i32.const 0) (i32.add (i32.const 0) (i32.const 1)))";
    check_module(&through(other), UNREACHABLE);
}

#[test]
fn a_known_place_means_one_function() {
    check_module(&through("(call_indirect (type $plain) (i32.const 1))"), REACHABLE);
    check_module(&through("(call_indirect (type $plain) (i32.const 0))"), UNREACHABLE);
    check_module(&through("(return_call_indirect (type $plain) (i32.const 1))"), REACHABLE);
    // The constant is not the index: something else was put on the stack.
    check_module(&through("i32.const 0 i32.const 1 i32.add call_indirect (type $plain)"), INDIRECT);
    // It is, but a branch may come to the call with another.
    let block = "(block (result i32) i32.const 1 br 0 i32.const 0) call_indirect (type $plain)";
    check_module(&through(block), INDIRECT);
}

#[test]
fn a_later_segment_may_have_replaced_it() {
    let two = r#"(table 2 funcref) (func $quiet) (elem (i32.const 1) func $log) (elem (i32.const 1) func $quiet)
        (func (export "run") (call_indirect (type $plain) (i32.const 1)))"#;
    check_module(two, INDIRECT);
}

#[test]
fn a_place_that_a_global_decides_is_any_place() {
    let computed = r#"(global $base i32 (i32.const 0)) (table 9 funcref) (func $quiet)
        (elem (i32.const 1) func $quiet) (elem (offset (i32.add (global.get $base) (i32.const 5))) func $log)
        (func (export "run") (call_indirect (type $plain) (i32.const 1)))"#;
    check_module(computed, INDIRECT);
}

#[test]
fn tables_of_64_bits_and_with_first_contents() {
    let wide = r#"(table i64 2 funcref) (elem (i64.const 1) func $log)
        (func (export "run") (call_indirect (type $plain) (i64.const 1)))"#;
    check_module(wide, REACHABLE);
    let filled =
        r#"(table 2 (ref $plain) (ref.func $log)) (func (export "run") (call_indirect (type $plain) (i32.const 1)))"#;
    check_module(filled, INDIRECT);
    let segment = r#"(global $g (ref $plain) (ref.func $log)) (table 2 (ref null $plain))
        (elem (table 0) (i32.const 1) (ref null $plain) (global.get $g))
        (func (export "run") (call_indirect (type $plain) (i32.const 1)))"#;
    check_module(segment, INDIRECT);
    // What another module's global holds.
    let imported = r#"(component
        (import "log" (func $log))
        (core func $lowered (canon lower (func $log)))
        (core module $a (import "" "log" (func $log)) (global (export "g") funcref (ref.func $log)))
        (core instance $a (instantiate $a (with "" (instance (export "log" (func $lowered))))))
        (core module $m
            (import "" "g" (global $g funcref)) (table 2 funcref (global.get $g))
            (func (export "run") (call_indirect (i32.const 1))))
        (core instance $i (instantiate $m (with "" (instance $a))))
        (func (export "run") (canon lift (core func $i "run"))))"#;
    check(imported, "log", INDIRECT);
}

#[test]
fn the_table_matters() {
    let two = r#"(table $a 1 funcref) (table $b 1 funcref) (elem (table $b) (i32.const 0) func $log)"#;
    let call =
        |table: &str| format!(r#"{two} (func (export "run") (call_indirect {table} (type $plain) (i32.const 0)))"#);
    check_module(&call("$a"), UNREACHABLE);
    check_module(&call("$b"), REACHABLE);
}

/// A table that is empty at first, code that changes it somewhere, and a call through it.
#[track_caller]
fn check_written(change: &str) {
    let body = format!(
        r#"(table $t 2 funcref) (table $from 2 funcref) (elem (table $from) (i32.const 0) func $log)
        (elem $passive func $log) (elem declare func $log)
        (func $changes {change})
        (func (export "run") (call_indirect $t (type $plain) (i32.const 0)))"#
    );
    check_module(&body, INDIRECT);
}

#[test]
fn what_code_puts_into_a_table_may_be_called() {
    check_written("(table.set $t (i32.const 0) (ref.func $log))");
    check_written("(drop (table.grow $t (ref.func $log) (i32.const 1)))");
    check_written("(table.fill $t (i32.const 0) (ref.func $log) (i32.const 1))");
    check_written("(table.init $t $passive (i32.const 0) (i32.const 0) (i32.const 1))");
    check_written("(table.copy $t $from (i32.const 0) (i32.const 0) (i32.const 1))");
    check_written("(table.set $t (i32.const 0) (table.get $from (i32.const 0)))");
}

#[test]
fn an_unchanged_table_stays_known() {
    let body = r#"(table $t 2 funcref) (elem declare func $log)
        (func $reads (drop (table.get $t (i32.const 0))) (drop (table.size $t)) (drop (ref.func $log)))
        (func (export "run") (call_indirect $t (type $plain) (i32.const 0)))"#;
    check_module(body, UNREACHABLE);
}

#[test]
fn subtypes_stand_for_their_supertypes() {
    let body = r#"(type $super (sub (func (result (ref null func))))) (type $sub (sub $super (func (result (ref func)))))
        (elem declare func $calls)
        (table 1 funcref) (elem (i32.const 0) func $calls)
        (func $calls (type $sub) call $log ref.func $calls)
        (func (export "run") (drop (call_indirect (type $super) (i32.const 0))))"#;
    check_module(body, REACHABLE);
}

/// As component tools write it: the main module calls a shim, which calls through a table that a third module fills, once
/// the import can be lowered.
const SHIM: &str = r#"(component
    (import "log" (func $log (param "a" string))) (import "other" (func $other (param "a" string)))
    (core module $shim
        (type $t (func (param i32 i32)))
        (table (export "$imports") 2 2 funcref)
        (func (export "0") (param i32 i32) local.get 0 local.get 1 i32.const 0 call_indirect (type $t))
        (func (export "1") (param i32 i32) local.get 0 local.get 1 i32.const 1 call_indirect (type $t)))
    (core instance $shim (instantiate $shim))
    (core module $main
        (import "" "log" (func $log (param i32 i32))) (import "" "other" (func $other (param i32 i32)))
        (memory (export "memory") 1)
        (func $start (export "run") i32.const 0 i32.const 0 call $log)
        (func $unused i32.const 0 i32.const 0 call $other))
    (core instance $main (instantiate $main
        (with "" (instance (export "log" (func $shim "0")) (export "other" (func $shim "1"))))))
    (alias core export $main "memory" (core memory $memory))
    (core func $lowered (canon lower (func $log) (memory $memory)))
    (core func $lowered2 (canon lower (func $other) (memory $memory)))
    (alias core export $shim "$imports" (core table $table))
    (core module $fixup
        (import "" "$imports" (table 2 2 funcref))
        (import "" "0" (func (param i32 i32))) (import "" "1" (func (param i32 i32)))
        (elem (i32.const 0) func 0 1))
    (core instance (instantiate $fixup (with "" (instance
        (export "$imports" (table $table)) (export "0" (func $lowered)) (export "1" (func $lowered2))))))
    (func (export "run") (canon lift (core func $main "run"))))"#;

#[test]
fn shims_lead_to_the_import_that_is_meant() {
    check(SHIM, "log", REACHABLE);
    check(SHIM, "other", UNREACHABLE);
    assert_eq!(way(&load(SHIM), "log"), ["from export run", "calls start", "calls 0", "calls log"]);
    // The shim that tools write is no step of its own.
    let named = SHIM
        .replace("$shim\n", "$wit-component-shim-module\n")
        .replace("instantiate $shim)", "instantiate $wit-component-shim-module)");
    assert_eq!(way(&load(&named), "log"), ["from export run", "calls start", "calls log"]);
}
