(component
  ;; Knows tickets by another name, and holds one.
  (import "demo:door/passes" (instance $i
    (export "ticket" (type $t (sub resource)))
    (export "[constructor]ticket" (func (param "n" u32) (result (own $t))))
    (export "[static]ticket.open" (func (param "n" u32) (result (own $t))))
    (export "[method]ticket.number" (func (param "self" (borrow $t)) (result u32)))))
  (alias export $i "ticket" (type $t))
  (core func $open (canon lower (func $i "[static]ticket.open")))
  (core func $number (canon lower (func $i "[method]ticket.number")))
  (core func $drop (canon resource.drop $t))
  (core module $m
    (import "" "open" (func $open (param i32) (result i32)))
    (import "" "number" (func $number (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (func (export "open") (param i32) (result i32) (call $open (local.get 0)))
    (func (export "look") (param i32) (result i32) (local $n i32)
      (local.set $n (call $number (local.get 0)))
      (call $drop (local.get 0))
      (local.get $n))
    (func (export "take") (param i32) (result i32) (local $n i32)
      (local.set $n (call $number (local.get 0)))
      (call $drop (local.get 0))
      (local.get $n)))
  (core instance $m (instantiate $m (with "" (instance
    (export "open" (func $open)) (export "number" (func $number)) (export "drop" (func $drop))))))
  (func (export "open") (param "n" u32) (result (own $t)) (canon lift (core func $m "open")))
  (func (export "look") (param "t" (borrow $t)) (result u32) (canon lift (core func $m "look")))
  (func (export "take") (param "t" (own $t)) (result u32) (canon lift (core func $m "take"))))
