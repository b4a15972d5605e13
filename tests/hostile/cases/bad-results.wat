;; Results that are no values: each is a trap with its reason, none is garbage.
;; > variant()
;; > enum()
;; > char()
;; > surrogate()
;; > bool()
;; > flags()
;; > utf8()
;; > utf16()
;; > long-string()
;; > long-list()
;; > misaligned()
;; > outside()
;; > nan()
;; > ok()
;; < true
;; < {a}
;; < nan
;; < 1
;; ! converted integer out of range for `char`
;; ! invalid utf-8
;; ! out of bounds
;; ! not aligned
;; ! discriminant
;; exit 1
(component
  (core module $m (memory (export "memory") 1)
    (data (i32.const 0) "\40\00\00\00\04\00\00\00") (data (i32.const 64) "\ff\fe\80\d8")
    (data (i32.const 16) "\40\00\00\00\ff\ff\ff\7f")
    (data (i32.const 24) "\41\00\00\00\02\00\00\00")
    (data (i32.const 32) "\42\00\00\00\01\00\00\00")
    (func (export "i") (result i32) (i32.const 0x11))
    (func (export "big") (result i32) (i32.const 0x110000))
    (func (export "sur") (result i32) (i32.const 0xd800))
    (func (export "f") (result f32) (f32.const nan:0x200001))
    (func (export "at0") (result i32) (i32.const 0))
    (func (export "at16") (result i32) (i32.const 16))
    (func (export "at24") (result i32) (i32.const 24))
    (func (export "at32") (result i32) (i32.const 32))
    (func (export "odd") (result i32) (i32.const 3))
    (func (export "far") (result i32) (i32.const -16))
    (func (export "ok") (result i32) (i32.const 1)))
  (core instance $i (instantiate $m))
  (type $v' (variant (case "a") (case "b")))
  (export $v "v" (type $v'))
  (type $e' (enum "a" "b" "c"))
  (export $e "e" (type $e'))
  (type $f' (flags "a" "b"))
  (export $f "f" (type $f'))
  (func (export "variant") (result $v) (canon lift (core func $i "i")))
  (func (export "enum") (result $e) (canon lift (core func $i "i")))
  (func (export "char") (result char) (canon lift (core func $i "big")))
  (func (export "surrogate") (result char) (canon lift (core func $i "sur")))
  (func (export "bool") (result bool) (canon lift (core func $i "i")))
  (func (export "flags") (result $f) (canon lift (core func $i "i")))
  (func (export "utf8") (result string) (canon lift (core func $i "at0") (memory $i "memory")))
  (func (export "utf16") (result string)
    (canon lift (core func $i "at32") (memory $i "memory") string-encoding=utf16))
  (func (export "long-string") (result string) (canon lift (core func $i "at16") (memory $i "memory")))
  (func (export "long-list") (result (list u64)) (canon lift (core func $i "at16") (memory $i "memory")))
  (func (export "misaligned") (result (list u32)) (canon lift (core func $i "at24") (memory $i "memory")))
  (func (export "outside") (result string) (canon lift (core func $i "far") (memory $i "memory")))
  (func (export "nan") (result f32) (canon lift (core func $i "f")))
  (func (export "ok") (result u32) (canon lift (core func $i "ok"))))
