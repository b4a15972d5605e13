;; A function that ends the program: the line fails with the guest's status, and the next call gets a fresh instance.
;; > leave(0)
;; > leave(1)
;; > ok()
;; < 1
;; ! exited with status 0
;; ! exited with status 1
;; exit 1
(component
  (import "wasi:cli/exit@0.2.0" (instance $exit (export "exit" (func (param "status" (result))))))
  (core func $leave (canon lower (func $exit "exit")))
  (core module $m (import "" "leave" (func $leave (param i32)))
    (func (export "leave") (param i32) (call $leave (local.get 0)))
    (func (export "ok") (result i32) (i32.const 1)))
  (core instance $i (instantiate $m (with "" (instance (export "leave" (func $leave))))))
  (func (export "leave") (param "status" u32) (canon lift (core func $i "leave")))
  (func (export "ok") (result u32) (canon lift (core func $i "ok"))))
