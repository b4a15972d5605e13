;; A component that exports a resource, written by hand to show every part of one.
;;
;; Outside, a counter is a handle: a number in the caller's own table that means nothing elsewhere. Inside, it is
;; its "representation", here the address of a memory cell. The canonical built-ins `resource.new`, `resource.rep`
;; and `resource.drop` go from one to the other. The world is in wit/world.wit.
(component $counter
  ;; The cells, and the destructor. It stands in a module of its own because the resource type names its destructor,
  ;; while the code further down needs the type.
  (core module $cells
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 8))
    (global $live (mut i32) (i32.const 0))
    (global $destroyed (mut i32) (i32.const 0))

    (func $allocate (export "allocate") (param $start i32) (result i32)
      (local $cell i32)
      (local.set $cell (global.get $next))
      (i32.store (local.get $cell) (local.get $start)) ;; traps once the page is full
      (global.set $next (i32.add (local.get $cell) (i32.const 4)))
      (global.set $live (i32.add (global.get $live) (i32.const 1)))
      (local.get $cell))

    ;; Runs when the last owner drops its handle.
    (func $destroy (export "destroy") (param $cell i32)
      (global.set $live (i32.sub (global.get $live) (i32.const 1)))
      (global.set $destroyed (i32.add (global.get $destroyed) (i32.const 1))))

    (func $live (export "live") (result i32) (global.get $live))
    (func $destroyed (export "destroyed") (result i32) (global.get $destroyed)))

  (core instance $cells (instantiate $cells))

  (type $counter (resource (rep i32) (dtor (core func $cells "destroy"))))
  (core func $new (canon resource.new $counter))
  (core func $rep (canon resource.rep $counter))
  (core func $drop (canon resource.drop $counter))

  (core module $code
    (import "cells" "memory" (memory 1))
    (import "cells" "allocate" (func $allocate (param i32) (result i32)))
    (import "handles" "new" (func $new (param i32) (result i32)))
    (import "handles" "rep" (func $rep (param i32) (result i32)))
    (import "handles" "drop" (func $drop (param i32)))

    ;; Returns an owned handle: `resource.new` makes one of the cell.
    (func $constructor (export "constructor") (param $start i32) (result i32)
      (call $new (call $allocate (local.get $start))))

    ;; A borrowed parameter of the component's own type arrives as the representation: the cell itself.
    (func $increment (export "increment") (param $cell i32) (param $by i32) (result i32)
      (i32.store (local.get $cell) (i32.add (i32.load (local.get $cell)) (local.get $by)))
      (i32.load (local.get $cell)))
    (func $value (export "value") (param $cell i32) (result i32)
      (i32.load (local.get $cell)))
    (func $sum (export "sum") (param $a i32) (param $b i32) (result i32)
      (i32.add (i32.load (local.get $a)) (i32.load (local.get $b))))

    ;; An owned parameter arrives as a handle, and whoever gets one has to drop it.
    (func $finish (export "finish") (param $handle i32) (result i32)
      (local $value i32)
      (local.set $value (i32.load (call $rep (local.get $handle))))
      (call $drop (local.get $handle))
      (local.get $value)))

  (core instance $code (instantiate $code
    (with "cells" (instance $cells))
    (with "handles" (instance
      (export "new" (func $new))
      (export "rep" (func $rep))
      (export "drop" (func $drop))))))

  (func $constructor (param "start" u32) (result (own $counter))
    (canon lift (core func $code "constructor")))
  (func $increment (param "self" (borrow $counter)) (param "by" u32) (result u32)
    (canon lift (core func $code "increment")))
  (func $value (param "self" (borrow $counter)) (result u32)
    (canon lift (core func $code "value")))
  (func $live (result u32)
    (canon lift (core func $cells "live")))
  (func $sum (param "a" (borrow $counter)) (param "b" (borrow $counter)) (result u32)
    (canon lift (core func $code "sum")))
  (func $finish (param "counter" (own $counter)) (result u32)
    (canon lift (core func $code "finish")))
  (func $destroyed (result u32)
    (canon lift (core func $cells "destroyed")))

  ;; The interface. The types of an exported function may only name exported types, so an inner component takes all
  ;; of the above in and exports it again, under the names that WIT gives to constructors and methods.
  (component $interface
    (import "counter" (type $counter (sub resource)))
    (import "constructor" (func $constructor (param "start" u32) (result (own $counter))))
    (import "increment" (func $increment (param "self" (borrow $counter)) (param "by" u32) (result u32)))
    (import "value" (func $value (param "self" (borrow $counter)) (result u32)))
    (import "live" (func $live (result u32)))
    (import "sum" (func $sum (param "a" (borrow $counter)) (param "b" (borrow $counter)) (result u32)))
    (import "finish" (func $finish (param "counter" (own $counter)) (result u32)))
    (import "destroyed" (func $destroyed (result u32)))

    (export $exported "counter" (type $counter))
    (export "[constructor]counter" (func $constructor)
      (func (param "start" u32) (result (own $exported))))
    (export "[method]counter.increment" (func $increment)
      (func (param "self" (borrow $exported)) (param "by" u32) (result u32)))
    (export "[method]counter.value" (func $value)
      (func (param "self" (borrow $exported)) (result u32)))
    (export "[static]counter.live" (func $live))
    (export "sum" (func $sum)
      (func (param "a" (borrow $exported)) (param "b" (borrow $exported)) (result u32)))
    (export "finish" (func $finish)
      (func (param "counter" (own $exported)) (result u32)))
    (export "destroyed" (func $destroyed)))

  (instance $interface (instantiate $interface
    (with "counter" (type $counter))
    (with "constructor" (func $constructor))
    (with "increment" (func $increment))
    (with "value" (func $value))
    (with "live" (func $live))
    (with "sum" (func $sum))
    (with "finish" (func $finish))
    (with "destroyed" (func $destroyed))))

  (export "wasi-mindmap:counter/counters" (instance $interface)))
