;; Handles moved twice, lent after a move, dropped twice, of another type, used after a trap: an error each, and no trap.
;; > $a = make()
;; > both($a, $a)
;; > $a.get()
;; > take($a)
;; > take($a)
;; > .drop $a
;; > $b = make()
;; > mixed($b, $b)
;; > $b.get()
;; > $s = other()
;; > take($s)
;; > .drop $b
;; > .drop $b
;; > $c = make()
;; > trap()
;; > $c.get()
;; > take($c)
;; > .drop $c
;; > $d = make()
;; > $d.get()
;; < 9
;; ! moved
;; ! stale
;; exit 1
(component
  (type $r' (resource (rep i32)))
  (type $s' (resource (rep i32)))
  (core func $new (canon resource.new $r'))
  (core func $news (canon resource.new $s'))
  (core func $drop (canon resource.drop $r'))
  (core module $m (import "" "new" (func $new (param i32) (result i32))) (import "" "drop" (func $drop (param i32)))
    (import "" "news" (func $news (param i32) (result i32)))
    (func (export "make") (result i32) (call $new (i32.const 9)))
    (func (export "other") (result i32) (call $news (i32.const 9)))
    (func (export "get") (param i32) (result i32) (local.get 0))
    (func (export "take") (param i32) (call $drop (local.get 0)))
    (func (export "both") (param i32 i32))
    (func (export "trap") unreachable))
  (core instance $m (instantiate $m (with "" (instance
    (export "new" (func $new)) (export "news" (func $news)) (export "drop" (func $drop))))))
  (export $r "r" (type $r'))
  (export $s "s" (type $s'))
  (func (export "make") (result (own $r)) (canon lift (core func $m "make")))
  (func (export "other") (result (own $s)) (canon lift (core func $m "other")))
  (func (export "[method]r.get") (param "self" (borrow $r)) (result u32) (canon lift (core func $m "get")))
  (func (export "take") (param "r" (own $r)) (canon lift (core func $m "take")))
  (func (export "both") (param "a" (own $r)) (param "b" (own $r)) (canon lift (core func $m "both")))
  (func (export "mixed") (param "a" (own $r)) (param "b" (borrow $r)) (canon lift (core func $m "both")))
  (func (export "trap") (canon lift (core func $m "trap"))))
