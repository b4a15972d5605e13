;; What could replace `composed.wat`, were it not for its `run`: it needs less, and its interface has one function more.
(component $newer
  (import "demo:shop/config@1.0.0" (instance $config (export "limit" (func (result u32)))))
  (core func $limit (canon lower (func $config "limit")))
  (core instance $imports (export "limit" (func $limit)))
  (core module $code
    (import "shop" "limit" (func $limit (result i32)))
    (func (export "double") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
    (func (export "triple") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))
    (func (export "run") (param i32 i32) (result i32) (call $limit)))
  (core instance $code (instantiate $code (with "shop" (instance $imports))))
  (func $double (param "n" u32) (result u32) (canon lift (core func $code "double")))
  (func $triple (param "n" u32) (result u32) (canon lift (core func $code "triple")))
  (instance $doubling (export "double" (func $double)) (export "triple" (func $triple)))
  (export "demo:shop/doubling@1.1.0" (instance $doubling))
  (func (export "run") (param "n" u32) (param "twice" bool) (result u32) (canon lift (core func $code "run"))))
