(component
  ;; Its number is one more than that of the next in the ring.
  (import "demo:ring/a" (instance $next (export "number" (func (result u32)))))
  (core func $next (canon lower (func $next "number")))
  (core module $m
    (import "" "next" (func $next (result i32)))
    (func (export "number") (result i32) (i32.add (call $next) (i32.const 1))))
  (core instance $m (instantiate $m (with "" (instance (export "next" (func $next))))))
  (func $number (result u32) (canon lift (core func $m "number")))
  (instance $i (export "number" (func $number)))
  (export "demo:ring/c" (instance $i)))
