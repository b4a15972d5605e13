;; A resource whose destructor never ends.
(component
  (core module $drops (func (export "drop") (param i32) (loop $for-ever (br $for-ever))))
  (core instance $drops (instantiate $drops))
  (type $thing' (resource (rep i32) (dtor (core func $drops "drop"))))
  (export $thing "thing" (type $thing'))
  (core func $new (canon resource.new $thing'))
  (core module $m
    (import "" "new" (func $new (param i32) (result i32)))
    (func (export "make") (result i32) (call $new (i32.const 1)))
    (func (export "seven") (result i32) (i32.const 7)))
  (core instance $i (instantiate $m (with "" (instance (export "new" (func $new))))))
  (func (export "make") (result (own $thing)) (canon lift (core func $i "make")))
  (func (export "seven") (result u32) (canon lift (core func $i "seven"))))
