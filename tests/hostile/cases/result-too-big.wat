;; A list of more bytes than the shell takes from a guest at once: a limit with its name, and no gigabytes of values.
;; > bytes(100000)
;; > bytes(4000000000)
;; > bytes(14000000)
;; > bytes(3)
;; < [0, 0, 0]
;; ! out of bounds
;; ! passed more at once than the shell takes
;; exit 1
(component
  (core module $m (memory (export "memory") 1)
    (func (export "r") (param i32) (result i32)
      (drop (memory.grow (i32.const 220)))
      (i32.store (i32.const 0) (i32.const 16)) (i32.store (i32.const 4) (local.get 0)) (i32.const 0)))
  (core instance $i (instantiate $m))
  (func (export "bytes") (param "n" u32) (result (list u8)) (canon lift (core func $i "r") (memory $i "memory")))
  (func (export "words") (param "n" u32) (result (list u32)) (canon lift (core func $i "r") (memory $i "memory"))))
