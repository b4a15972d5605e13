;; A command of WASI preview 1 with an import of its own: it exits with what `demo.demo(1, 2)` gives, less 3.
(module
  (import "demo" "demo" (func $demo (param i32 i32) (result i32)))
  (import "env" "half_of" (func $half (param f64) (result f64)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "half") (param f64) (result f64) (call $half (local.get 0)))
  (func (export "_start")
    (call $exit (i32.sub (call $demo (i32.const 1) (i32.const 2)) (i32.const 3)))))
