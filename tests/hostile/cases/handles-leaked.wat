;; A guest that takes 100,000 resources from the host and as many of its own: a limit, and they end with the instance.
;; > leak(1000)
;; > leak(100000)
;; > own(100000)
;; > .resources
;; > .reset
;; > leak(1)
;; ! no more resources can be passed to it
;; ! holds as many handles as it may
;; exit 1
;; timeout 60s
(component
  (import "a:b/c" (instance $c (export "r" (type $r (sub resource))) (export "[constructor]r" (func (result (own $r))))))
  (core func $make (canon lower (func $c "[constructor]r")))
  (type $own (resource (rep i32)))
  (core func $new (canon resource.new $own))
  (core module $m (import "" "make" (func $make (result i32))) (import "" "new" (func $new (param i32) (result i32)))
    (func (export "own") (param i32)
      (loop $l (drop (call $new (i32.const 1))) (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
    (func (export "leak") (param i32)
      (loop $l (drop (call $make)) (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
  (core instance $i (instantiate $m (with "" (instance (export "make" (func $make)) (export "new" (func $new))))))
  (func (export "own") (param "n" u32) (canon lift (core func $i "own")))
  (func (export "leak") (param "n" u32) (canon lift (core func $i "leak"))))
