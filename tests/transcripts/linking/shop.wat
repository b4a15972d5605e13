(component
  ;; Two versions of an interface, and one whose function has another type than others want.
  (core module $m
    (func (export "old") (result i32) (i32.const 1))
    (func (export "new") (result i32) (i32.const 2))
    (func (export "half") (param i32) (result i32) (i32.shr_u (local.get 0) (i32.const 1))))
  (core instance $m (instantiate $m))
  (func $old (result u32) (canon lift (core func $m "old")))
  (func $new (result u32) (canon lift (core func $m "new")))
  (func $half (param "n" u32) (result u32) (canon lift (core func $m "half")))
  (instance $v1 (export "which" (func $old)))
  (export "demo:shop/items@1.2.0" (instance $v1))
  (instance $v2 (export "which" (func $new)))
  (export "demo:shop/items@2.0.0" (instance $v2))
  (instance $h (export "half" (func $half)))
  (export "demo:shop/maths@1.0.0" (instance $h)))
