(component
  ;; Makes tickets that know a number, and counts those that are gone.
  (core module $d
    (global $gone (mut i32) (i32.const 0))
    ;; Nobody gets rid of number 13.
    (func (export "dtor") (param i32)
      (if (i32.eq (local.get 0) (i32.const 13)) (then unreachable))
      (global.set $gone (i32.add (global.get $gone) (i32.const 1))))
    (func (export "gone") (result i32) (global.get $gone)))
  (core instance $d (instantiate $d))
  (type $t' (resource (rep i32) (dtor (func $d "dtor"))))
  (core func $new (canon resource.new $t'))
  (core module $m
    (import "" "new" (func $new (param i32) (result i32)))
    (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "number") (param i32) (result i32) (local.get 0)))
  (core instance $m (instantiate $m (with "" (instance (export "new" (func $new))))))
  (func $make (param "n" u32) (result (own $t')) (canon lift (core func $m "make")))
  (func $number (param "self" (borrow $t')) (result u32) (canon lift (core func $m "number")))
  (func $open (param "n" u32) (result (own $t')) (canon lift (core func $m "make")))
  (component $shim
    (import "ticket" (type $t (sub resource)))
    (import "make" (func $make (param "n" u32) (result (own $t))))
    (import "number" (func $number (param "self" (borrow $t)) (result u32)))
    (export $t2 "ticket" (type $t))
    (export "[constructor]ticket" (func $make) (func (param "n" u32) (result (own $t2))))
    (export "[method]ticket.number" (func $number) (func (param "self" (borrow $t2)) (result u32)))
    (export "[static]ticket.open" (func $make) (func (param "n" u32) (result (own $t2)))))
  (instance $i (instantiate $shim (with "ticket" (type $t')) (with "make" (func $make)) (with "number" (func $number))))
  (export "demo:gate/tickets@1.2.0" (instance $i))
  (func (export "gone") (result u32) (canon lift (core func $d "gone"))))
