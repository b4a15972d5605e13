;; A core module with names that WIT does not allow, and an import of its own.
(module
  (import "my_host" "log_it" (func $log (param i32)))
  (memory (export "memory") 1)
  (global (export "count") i32 (i32.const 3))
  (func (export "add_two") (param i32 i32) (result i32)
    (call $log (local.get 0))
    (i32.add (local.get 0) (local.get 1)))
  (func (export "add-wide") (param i64 f64) (result i64) (i64.add (local.get 0) (i64.trunc_f64_s (local.get 1))))
  (func (export "pair") (result i32 i32) (i32.const 1) (i32.const 2)))
