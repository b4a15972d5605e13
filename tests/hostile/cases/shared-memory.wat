;; A memory that is shared between threads, which no bound counts: it is not made.
;; > f()
;; ! shared memory
;; exit 1
(component
  (core module $m (memory 1 65536 shared) (func (export "f") (result i32) (memory.grow (i32.const 30000))))
  (core instance $i (instantiate $m))
  (func (export "f") (result s32) (canon lift (core func $i "f"))))
