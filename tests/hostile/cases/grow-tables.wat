;; Many tables, each grown to what one may have: together they stay within the bound of memory.
;; > elements()
;; ! bound of 16MiB
;; exit 1
(component
  (core module $m
    (table $a 0 funcref) (table $b 0 funcref) (table $c 0 funcref) (table $d 0 externref)
    (func (export "elements") (result i32)
      (drop (table.grow $a (ref.null func) (i32.const 9000000)))
      (drop (table.grow $b (ref.null func) (i32.const 9000000)))
      (drop (table.grow $c (ref.null func) (i32.const 9000000)))
      (drop (table.grow $d (ref.null extern) (i32.const 9000000)))
      (if (i32.eqz (i32.add (table.size $a) (i32.add (table.size $b) (i32.add (table.size $c) (table.size $d)))))
        (then unreachable))
      (i32.const 1)))
  (core instance $i (instantiate $m))
  (func (export "elements") (result u32) (canon lift (core func $i "elements"))))
