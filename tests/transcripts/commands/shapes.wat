;; An interface with types, and two imports that nothing is needed for.
(component
  (import "log" (func $log (param "msg" string)))
  (import "demo:store/keys@0.1.0" (instance $keys
    (export "count" (func (result u32)))))
  (core module $m
    (func (export "area") (param i32 i32) (result i32) (i32.mul (local.get 0) (local.get 1)))
    (func (export "paint") (param i32) (result i32) (i32.xor (local.get 0) (i32.const 1))))
  (core instance $i (instantiate $m))
  (type $size' (record (field "width" u32) (field "height" u32)))
  (type $color' (enum "red" "green"))
  (component $geometry
    (type $size' (record (field "width" u32) (field "height" u32)))
    (type $color' (enum "red" "green"))
    (import "import-size" (type $size (eq $size')))
    (import "import-color" (type $color (eq $color')))
    (import "import-area" (func $area (param "s" $size) (result u32)))
    (import "import-paint" (func $paint (param "c" $color) (result $color)))
    (export $size-out "size" (type $size))
    (export $color-out "color" (type $color))
    (export "area" (func $area) (func (param "s" $size-out) (result u32)))
    (export "paint" (func $paint) (func (param "c" $color-out) (result $color-out))))
  (func $area (param "s" $size') (result u32) (canon lift (core func $i "area")))
  (func $paint (param "c" $color') (result $color') (canon lift (core func $i "paint")))
  (instance $out (instantiate $geometry
    (with "import-size" (type $size'))
    (with "import-color" (type $color'))
    (with "import-area" (func $area))
    (with "import-paint" (func $paint))))
  (export "demo:shapes/geometry@1.2.0" (instance $out)))
