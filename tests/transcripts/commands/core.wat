;; A core module: it can be looked at, not called.
(module
  (import "env" "tick" (func (param i32)))
  (memory (export "memory") 1)
  (func (export "twice") (param i32) (result i32) (i32.add (local.get 0) (local.get 0))))
