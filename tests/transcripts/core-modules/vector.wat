;; A core module that imports a function over vectors, which WIT cannot express.
(module
  (import "simd" "sum" (func $sum (param v128) (result i32)))
  (func (export "sum-of-ones") (result i32) (call $sum (v128.const i32x4 1 1 1 1))))
