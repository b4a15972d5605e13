;; A core module without imports that has a `_start` and no memory: nothing that a command needs.
(module
  (func (export "_start"))
  (func (export "seven") (result i32) (i32.const 7)))
