;; A guest that fills the built-in store without end: the store says that it is full, and `.reset` empties it.
;; > fill()
;; > .reset
;; > put()
;; ! the store is full: it holds up to 256 MiB
;; exit 1
;; timeout 60s
(component
  (import "wasi-mindmap:kv-store/kvdb" (instance $kv
    (export "connection" (type $c (sub resource)))
    (export "[constructor]connection" (func (result (own $c))))
    (export "[method]connection.set" (func (param "self" (borrow $c)) (param "key" string) (param "value" string)))))
  (core module $mem (memory (export "memory") 100)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0)))
  (core instance $mem (instantiate $mem))
  (core func $new (canon lower (func $kv "[constructor]connection")))
  (core func $set (canon lower (func $kv "[method]connection.set") (memory $mem "memory")))
  (core module $m
    (import "" "memory" (memory 1))
    (import "" "new" (func $new (result i32)))
    (import "" "set" (func $set (param i32 i32 i32 i32 i32)))
    ;; Each key is a number as four characters, each value a megabyte of zeros.
    (func (export "put") (call $set (call $new) (i32.const 0) (i32.const 4) (i32.const 64) (i32.const 1048576)))
    (func (export "fill") (local $n i32) (local $c i32)
      (local.set $c (call $new))
      (loop $next
        (i32.store (i32.const 0) (i32.and (local.get $n) (i32.const 0x7f7f7f7f)))
        (call $set (local.get $c) (i32.const 0) (i32.const 4) (i32.const 64) (i32.const 1048576))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br $next))))
  (core instance $i (instantiate $m (with "" (instance
    (export "memory" (memory $mem "memory")) (export "new" (func $new)) (export "set" (func $set))))))
  (func (export "put") (canon lift (core func $i "put")))
  (func (export "fill") (canon lift (core func $i "fill"))))
