;; Destructors that trap or never end: `.drop` and `.reset` say so, other handles become stale, nothing else is lost.
;; > $a = make(0)
;; > $b = make(1)
;; > $c = make(2)
;; > .drop $a
;; > .drop $b
;; > .drop $c
;; > $d = make(1)
;; > .reset
;; > $d
;; > $e = make(2)
;; > .drop $e
;; > .drop $e
;; > take($e)
;; > .resources
;; ! unreachable
;; ! ran longer than the timeout of 300ms
;; ! stale
;; exit 1
(component
  (core module $d
    (func (export "dtor") (param i32)
      (if (i32.eq (local.get 0) (i32.const 1)) (then unreachable))
      (if (i32.eq (local.get 0) (i32.const 2)) (then (loop $l (br $l))))))
  (core instance $d (instantiate $d))
  (type $r' (resource (rep i32) (dtor (func $d "dtor"))))
  (core func $new (canon resource.new $r'))
  (core func $drop (canon resource.drop $r'))
  (core module $m (import "" "new" (func $new (param i32) (result i32))) (import "" "drop" (func $drop (param i32)))
    (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "take") (param i32) (call $drop (local.get 0))))
  (core instance $m (instantiate $m (with "" (instance (export "new" (func $new)) (export "drop" (func $drop))))))
  (export $r "r" (type $r'))
  (func (export "make") (param "how" u32) (result (own $r)) (canon lift (core func $m "make")))
  (func (export "take") (param "r" (own $r)) (canon lift (core func $m "take"))))
