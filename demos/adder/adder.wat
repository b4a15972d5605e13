;; The smallest component that does something, written by hand.
;;
;; A component wraps core modules. The core module below knows only i32; the component around it says what
;; those numbers mean to the outside: `add: func(a: s32, b: s32) -> s32`, the world in wit/world.wit.
(component $adder
  (core module $code
    (func $add (export "add") (param $a i32) (param $b i32) (result i32)
      local.get $a
      local.get $b
      i32.add))

  (core instance $code (instantiate $code))

  ;; "Lifting" makes a component function of a core one. Plain numbers cross the boundary as they are, so that
  ;; no memory and no allocator are needed.
  (func (export "add") (param "a" s32) (param "b" s32) (result s32)
    (canon lift (core func $code "add"))))
