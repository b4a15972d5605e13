;; An allocator that never ends is reached by passing a string.
;; > take("text")
;; > ok()
;; < 1
;; ! ran longer than the timeout of 300ms
;; exit 1
(component
  (core module $m (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (loop $l (br $l)) unreachable)
    (func (export "take") (param i32 i32))
    (func (export "ok") (result i32) (i32.const 1)))
  (core instance $i (instantiate $m))
  (func (export "take") (param "s" string)
    (canon lift (core func $i "take") (memory $i "memory") (realloc (func $i "realloc"))))
  (func (export "ok") (result u32) (canon lift (core func $i "ok"))))
