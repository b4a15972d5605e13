;; A guest that calls the host for ever: the timeout ends it.
;; > drop-random()
;; > ok()
;; < 1
;; ! ran longer than the timeout of 300ms
;; exit 1
(component
  (import "wasi:random/random@0.2.0" (instance $r (export "get-random-u64" (func (result u64)))))
  (core func $get (canon lower (func $r "get-random-u64")))
  (core module $m (import "" "get" (func $get (result i64)))
    (func (export "drop-random") (loop $l (drop (call $get)) (br $l)))
    (func (export "ok") (result i32) (i32.const 1)))
  (core instance $i (instantiate $m (with "" (instance (export "get" (func $get))))))
  (func (export "drop-random") (canon lift (core func $i "drop-random")))
  (func (export "ok") (result u32) (canon lift (core func $i "ok"))))
