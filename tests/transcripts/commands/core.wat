;; A core module that wants a memory from outside, which no component gives it: it can be looked at, not called.
(module
  (import "env" "memory" (memory 1))
  (export "memory" (memory 0))
  (func (export "twice") (param i32) (result i32) (i32.add (local.get 0) (local.get 0))))
