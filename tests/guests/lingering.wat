;; Returns, and goes on afterwards: it yields, and then calls its import.
(component
  (import "told" (func $told (param "text" u32)))
  (core func $told (canon lower (func $told)))
  (core func $return (canon task.return))
  (core module $m
    (import "" "told" (func $told (param i32)))
    (import "" "return" (func $return))
    (global $times (mut i32) (i32.const 0))
    ;; Yields.
    (func (export "go") (result i32) (call $return) (global.set $times (i32.const 0)) (i32.const 1))
    (func (export "went") (param i32 i32 i32) (result i32)
      (global.set $times (i32.add (global.get $times) (i32.const 1)))
      (call $told (global.get $times))
      (i32.lt_u (global.get $times) (i32.const 3))))
  (core instance $i (instantiate $m (with "" (instance
    (export "told" (func $told)) (export "return" (func $return))))))
  (func (export "go") async (canon lift (core func $i "go") async (callback (func $i "went")))))
