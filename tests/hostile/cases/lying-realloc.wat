;; An allocator that returns what is outside of the memory or not aligned: a trap each time.
;; > far("text")
;; > odd([1, 2])
;; > ok()
;; < 1
;; ! realloc return: beyond end of memory
;; ! not aligned
;; exit 1
(component
  (core module $m (memory (export "memory") 1)
    (func (export "far") (param i32 i32 i32 i32) (result i32) (i32.const 0xfffffff0))
    (func (export "odd") (param i32 i32 i32 i32) (result i32) (i32.const 3))
    (func (export "take") (param i32 i32))
    (func (export "ok") (result i32) (i32.const 1)))
  (core instance $i (instantiate $m))
  (func (export "far") (param "s" string)
    (canon lift (core func $i "take") (memory $i "memory") (realloc (func $i "far"))))
  (func (export "odd") (param "s" (list u32))
    (canon lift (core func $i "take") (memory $i "memory") (realloc (func $i "odd"))))
  (func (export "ok") (result u32) (canon lift (core func $i "ok"))))
