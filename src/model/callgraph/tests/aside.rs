//! Code that runs only when something fails, at the start or at the end; and what is known to hand over to the program.

use super::{ASIDE, INDIRECT, REACHABLE, check_module, load, way, with_module};
use crate::model::callgraph::Verdict;

#[test]
fn panic_code_is_no_way_of_its_own() {
    let panics = r#"(func (export "run") call $check) (func $check call $core::panicking::panic)
        (func $core::panicking::panic call $print) (func $print call $log)"#;
    check_module(panics, ASIDE);
    let both = panics.replace("$check call", "$check call $print call");
    check_module(&both, REACHABLE);
    let mangled = panics.replace("core::panicking::panic", "_ZN4core9panicking5panic17h0123456789abcdefE");
    check_module(&mangled, ASIDE);
}

#[test]
fn an_indirect_way_around_it_is_told() {
    let body = r#"(table 1 funcref) (elem (i32.const 0) func $log)
        (func (export "run") call $core::panicking::panic (call_indirect (type $plain) (i32.wrap_i64 (i64.const 0))))
        (func $core::panicking::panic call $log)"#;
    check_module(body, Verdict::OnlyAside { indirectly_too: true });
    check_module(&body.replace("call $core::panicking::panic (", "("), INDIRECT);
}

#[test]
fn the_start_of_a_program_hands_over_to_it() {
    let program = |start: &str, main: &str| {
        format!(r#"(func $_start (export "run") {start}) (func $main {main}) (func $__wasm_call_ctors call $log)"#)
    };
    check_module(&program("call $__wasm_call_ctors call $main", ""), ASIDE);
    check_module(&program("call $log call $main", ""), ASIDE);
    check_module(&program("call $__wasm_call_ctors call $main", "call $log"), REACHABLE);
    // `main` has become part of it: then all that it does is the program's own.
    check_module(&program("call $log", ""), REACHABLE);
}

#[test]
fn the_loop_that_runs_a_go_program_is_more_than_its_start() {
    let program = |main: &str, start: &str| {
        format!(
            r#"(table 2 funcref) (elem (i32.const 0) func $main.main $main.other)
            (func $_rt0_wasm_wasip1 (export "run") call $runtime.rt0_go call $wasm_pc_f_loop)
            (func $wasm_pc_f_loop (call_indirect (type $plain) (i32.wrap_i64 (i64.const 0))))
            (func $main.main {main}) (func $main.other) (func $runtime.rt0_go {start})"#
        )
    };
    check_module(&program("call $log", ""), INDIRECT);
    check_module(&program("", "call $log"), ASIDE);
    check_module(&program("call $log", "call $log"), Verdict::OnlyAside { indirectly_too: true });
}

#[test]
fn what_is_exported_is_no_panic_code() {
    check_module(r#"(func $abort (export "run") call $log)"#, REACHABLE);
    check_module(r#"(func (export "run") call $abort) (func $abort call $log)"#, ASIDE);
}

#[test]
fn a_value_that_is_known_to_be_main_is_called() {
    let body = r#"(table 3 funcref) (elem (i32.const 0) func $other $app::main $log)
        (func $other) (func $app::main call $log)
        (func $std::sys::backtrace::__rust_begin_short_backtrace (export "run")
            (call_indirect (type $plain) (i32.wrap_i64 (i64.const 1))))"#;
    check_module(body, REACHABLE);
    // Two functions could be meant.
    let two = body.replace("$other", "$lib::main");
    check_module(&two, INDIRECT);
}

#[test]
fn formatting_in_memory_is_not_printing() {
    let told = |function: &str| {
        let component = load(&with_module(&format!(
            r#"(table 2 funcref) (elem (i32.const 0) func $sn_write $__stdio_write)
            (func (export "run") call ${function})
            (func ${function} call $vfprintf) (func $sn_write) (func $__stdio_write call $log)
            (func $vfprintf (call_indirect (type $plain) (i32.wrap_i64 (i64.const 0))))"#
        )));
        let calls = component.call_graph().expect("a graph");
        assert_eq!(calls.finding("log").verdict, INDIRECT);
        let path = calls.path(&component, "log");
        let known = path.iter().filter_map(|step| Some((step.known?, &step.name)));
        let told: Vec<String> = known.map(|(known, name)| format!("{}: {name}", known.name)).collect();
        let through = calls.through(&component, "log").map(|known| known.name.clone());
        assert!(told[0].starts_with(&through.expect("known code")));
        told
    };
    assert_eq!(told("snprintf"), ["formatting in memory: snprintf"]);
    assert_eq!(told("printf"), ["standard output and error: printf", "standard output and error: vfprintf"]);
    assert_eq!(told("quietly"), ["standard output and error: vfprintf"]);
}

#[test]
fn the_way_says_what_it_runs_through() {
    let component = load(&with_module(
        r#"(func (export "run") call $core::panicking::panic) (func $core::panicking::panic call $log)"#,
    ));
    let calls = component.call_graph().expect("a graph");
    let through = calls.through(&component, "log").map(|known| known.name.as_str());
    assert_eq!(through, Some("Rust's panic machinery"));
    assert_eq!(calls.path(&component, "log")[2].known.map(|known| &*known.name), through);
}

/// A program that calls `log`, wrapped by the adapter, which calls `a:b/c#f`.
const ADAPTED: &str = r#"(component
    (import "log" (func $log)) (import "a:b/c" (instance $c (export "f" (func))))
    (core func $log (canon lower (func $log))) (core func $f (canon lower (func $c "f")))
    (core module $program (import "" "log" (func $log)) (func $main (export "main") call $log))
    (core instance $program (instantiate $program (with "" (instance (export "log" (func $log))))))
    (core module $wit-component:adapter:wasi_snapshot_preview1
        (import "" "main" (func $main)) (import "" "f" (func $f))
        (func $run (export "run") call $main call $f))
    (core instance $adapter (instantiate $wit-component:adapter:wasi_snapshot_preview1
        (with "" (instance (export "main" (func $program "main")) (export "f" (func $f))))))
    (func (export "run") (canon lift (core func $adapter "run"))))"#;

#[test]
fn an_adapter_explains_what_it_calls_and_not_what_it_wraps() {
    let component = load(ADAPTED);
    let calls = component.call_graph().expect("a graph");
    let through = |import: &str| calls.through(&component, import).map(|known| known.name.as_str());
    assert_eq!(through("a:b/c#f"), Some("the preview 1 adapter"));
    assert_eq!(through("log"), None);
    assert_eq!(way(&component, "log"), ["from export run", "calls run", "calls main", "calls log"]);
}

/// Python's interpreter in a component with a C library, which `run` calls beside the interpreter.
const INTERPRETED: &str = r#"(component $python
    (import "wasi:x/y" (instance $wasi (export "f" (func)) (export "g" (func)))) (import "log" (func $log))
    (core func $f (canon lower (func $wasi "f"))) (core func $g (canon lower (func $wasi "g")))
    (core func $log (canon lower (func $log)))
    (core module $libc.so (import "" "f" (func $f)) (func $__wasilibc_populate_preopens (export "f") call $f))
    (core instance $libc (instantiate $libc.so (with "" (instance (export "f" (func $f))))))
    (core module $libpython3.14.so (import "" "g" (func $g)) (import "" "log" (func $log))
        (func $PyRun (export "run") call $g call $log))
    (core instance $libpython (instantiate $libpython3.14.so
        (with "" (instance (export "g" (func $g)) (export "log" (func $log))))))
    (core module $glue (import "" "f" (func $f)) (import "" "run" (func $PyRun))
        (func (export "run") call $f call $PyRun))
    (core instance $glue (instantiate $glue
        (with "" (instance (export "f" (func $libc "f")) (export "run" (func $libpython "run"))))))
    (func (export "run") (canon lift (core func $glue "run"))))"#;

#[test]
fn an_interpreter_explains_what_its_component_imports_of_wasi() {
    let told = |text: &str, import: &str| {
        let component = load(text);
        let calls = component.call_graph().expect("a graph");
        let path = calls.path(&component, import);
        let known: Vec<String> = path.iter().filter_map(|step| Some(step.known?.name.clone())).collect();
        assert_eq!(calls.through(&component, import).map(|known| &known.name), known.first(), "{import}");
        known
    };
    assert_eq!(told(INTERPRETED, "wasi:x/y#g"), ["Python's interpreter"]);
    assert_eq!(told(INTERPRETED, "wasi:x/y#f"), ["Python's interpreter"]);
    assert_eq!(told(INTERPRETED, "log"), [""; 0]);
    let compiled = INTERPRETED.replace("$libpython3.14.so", "$library.so");
    assert_eq!(told(&compiled, "wasi:x/y#g"), [""; 0]);
    assert_eq!(told(&compiled, "wasi:x/y#f"), ["wasi-libc's preopened directories"]);
    // What another component in the file imports is not the interpreter's.
    let beside = r#"(component
        (import "wasi:x/y" (instance $wasi (export "f" (func)) (export "g" (func)))) (import "log" (func $log))
        (component $caller
            (import "f" (func $f)) (core func $f (canon lower (func $f)))
            (core module $m (import "" "f" (func $f)) (func (export "run") call $f))
            (core instance $i (instantiate $m (with "" (instance (export "f" (func $f))))))
            (func (export "run") (canon lift (core func $i "run"))))
        PYTHON
        (instance $caller (instantiate $caller (with "f" (func $wasi "f"))))
        (instance $python (instantiate $python (with "wasi:x/y" (instance $wasi)) (with "log" (func $log))))
        (export "other" (func $caller "run")) (export "run" (func $python "run")))"#;
    let beside = beside.replace("PYTHON", INTERPRETED);
    assert_eq!(told(&beside, "wasi:x/y#f"), [""; 0]);
    assert_eq!(told(&beside, "wasi:x/y#g"), ["Python's interpreter"]);
}
