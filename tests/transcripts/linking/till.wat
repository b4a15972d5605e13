(component
  (import "demo:shop/items@1.9.0" (instance $i (export "which" (func (result u32)))))
  (import "demo:shop/maths@1.0.0" (instance $h (export "half" (func (param "n" s32) (result s32)))))
  (import "demo:shop/items@3.0.0" (instance $j (export "which" (func (result u32)))))
  (core func $which (canon lower (func $i "which")))
  (core func $other (canon lower (func $j "which")))
  (core module $m
    (import "" "which" (func $which (result i32)))
    (import "" "other" (func $other (result i32)))
    (func (export "which") (result i32) (call $which))
    (func (export "other") (result i32) (call $other)))
  (core instance $m (instantiate $m (with "" (instance (export "which" (func $which)) (export "other" (func $other))))))
  (func (export "which") (result u32) (canon lift (core func $m "which")))
  (func (export "other") (result u32) (canon lift (core func $m "other"))))
