;; Gives a string and a list of bytes from its memory.
(component
  (core module $m
    (memory (export "mem") 1)
    (data (i32.const 16) "hello, world")
    (data (i32.const 0) "\10\00\00\00\0c\00\00\00\10\00\00\00\05\00\00\00")
    (func (export "greet") (result i32) (i32.const 0))
    (func (export "bytes") (result i32) (i32.const 8)))
  (core instance $i (instantiate $m))
  (alias core export $i "mem" (core memory $mem))
  (func (export "greet") (result string) (canon lift (core func $i "greet") (memory $mem)))
  (func (export "bytes") (result (list u8)) (canon lift (core func $i "bytes") (memory $mem))))
