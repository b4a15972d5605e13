;; A tuple of tuples with 65,536 leaves in a few bytes: shown and checked without being spelled out.
;; > .type f
;; > f(1)
;; > f((1, 2))
;; > g()
;; > .wit
;; exit 1
(component
  (type $t0 (tuple u8 u8)) (type $t1 (tuple $t0 $t0)) (type $t2 (tuple $t1 $t1)) (type $t3 (tuple $t2 $t2))
  (type $t4 (tuple $t3 $t3)) (type $t5 (tuple $t4 $t4)) (type $t6 (tuple $t5 $t5)) (type $t7 (tuple $t6 $t6))
  (type $t8 (tuple $t7 $t7)) (type $t9 (tuple $t8 $t8)) (type $t10 (tuple $t9 $t9)) (type $t11 (tuple $t10 $t10))
  (type $t12 (tuple $t11 $t11)) (type $t13 (tuple $t12 $t12)) (type $t14 (tuple $t13 $t13)) (type $t15 (tuple $t14 $t14))
  (core module $m (memory (export "memory") 3)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
    (func (export "f") (param i32))
    (func (export "g") (result i32) (i32.const 0)))
  (core instance $i (instantiate $m))
  (func (export "f") (param "x" $t15)
    (canon lift (core func $i "f") (memory $i "memory") (realloc (func $i "realloc"))))
  (func (export "g") (result $t15) (canon lift (core func $i "g") (memory $i "memory"))))
