;; Returns what is of none of its types: a string that is no UTF-8, a char that is none, a list beyond its memory.
(component
  (core module $m
    (memory (export "memory") 1)
    (data (i32.const 0) "\10\00\00\00\03\00\00\00")
    (data (i32.const 8) "\f0\ff\ff\ff\10\00\00\00")
    (data (i32.const 16) "ok\ff")
    (func (export "text") (result i32) (i32.const 0))
    (func (export "letter") (result i32) (i32.const 0x110000))
    (func (export "bytes") (result i32) (i32.const 8)))
  (core instance $i (instantiate $m))
  (func (export "text") (result string) (canon lift (core func $i "text") (memory $i "memory")))
  (func (export "letter") (result char) (canon lift (core func $i "letter")))
  (func (export "bytes") (result (list u8)) (canon lift (core func $i "bytes") (memory $i "memory"))))
