;; A start function that waits an hour in a call of the host: the timeout ends it.
;; > f()
;; ! ran longer than the timeout of 300ms
;; exit 1
(component
  (import "wasi:io/poll@0.2.0" (instance $poll
    (export "pollable" (type $p (sub resource)))
    (export "[method]pollable.block" (func (param "self" (borrow $p))))))
  (alias export $poll "pollable" (type $p))
  (import "wasi:clocks/monotonic-clock@0.2.0" (instance $clock
    (alias outer 1 $p (type $p'))
    (export "pollable" (type $q (eq $p')))
    (export "subscribe-duration" (func (param "when" u64) (result (own $q))))))
  (core func $wait (canon lower (func $clock "subscribe-duration")))
  (core func $block (canon lower (func $poll "[method]pollable.block")))
  (core module $m (import "" "wait" (func $wait (param i64) (result i32))) (import "" "block" (func $block (param i32)))
    (func $start (call $block (call $wait (i64.const 3600000000000))))
    (start $start)
    (func (export "f")))
  (core instance $i (instantiate $m (with "" (instance (export "wait" (func $wait)) (export "block" (func $block))))))
  (func (export "f") (canon lift (core func $i "f"))))
