;; A guest that asks the host for four gigabytes of random bytes at once: refused without the host holding them.
;; > get()
;; exit 1
(component
  (import "wasi:random/random@0.2.0" (instance $r (export "get-random-bytes" (func (param "len" u64) (result (list u8))))))
  (core module $mem (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0)))
  (core instance $mem (instantiate $mem))
  (core func $get (canon lower (func $r "get-random-bytes") (memory $mem "memory") (realloc (func $mem "realloc"))))
  (core module $m (import "" "get" (func $get (param i64 i32)))
    (func (export "get") (call $get (i64.const 0xffffffff) (i32.const 16))))
  (core instance $i (instantiate $m (with "" (instance (export "get" (func $get))))))
  (func (export "get") (canon lift (core func $i "get"))))
