;; Arrays of the garbage-collected heap, one too big, many kept, many dropped: the heap stays within the bound of memory.
;; > one(100)
;; > one(4000000000)
;; > keep()
;; > drop()
;; < 100
;; < 7
;; ! bound of 16MiB
;; exit 1
;; timeout 60s
(component
  (core module $m
    (type $a (array (mut i8)))
    (type $n (struct (field (ref null $n)) (field (ref null $a))))
    (global $kept (mut (ref null $n)) (ref.null $n))
    (func (export "one") (param i32) (result i32) (array.len (array.new $a (i32.const 1) (local.get 0))))
    (func (export "keep") (result i32)
      (loop $next
        (global.set $kept (struct.new $n (global.get $kept) (array.new $a (i32.const 1) (i32.const 100000))))
        (br $next))
      (i32.const 1))
    (func (export "drop") (result i32) (local $i i32)
      (loop $next
        (drop (array.new $a (i32.const 1) (i32.const 100000)))
        (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000))))
      (i32.const 7)))
  (core instance $i (instantiate $m))
  (func (export "one") (param "n" u32) (result u32) (canon lift (core func $i "one")))
  (func (export "keep") (result u32) (canon lift (core func $i "keep")))
  (func (export "drop") (result u32) (canon lift (core func $i "drop"))))
