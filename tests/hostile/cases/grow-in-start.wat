;; A start function that takes all the memory it can get: it gets what the bound leaves, and runs.
;; > pages()
;; < 256
(component
  (core module $m (memory 1)
    (func $grow (loop $l (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))))
    (start $grow)
    (func (export "pages") (result i32) (memory.size)))
  (core instance $i (instantiate $m))
  (func (export "pages") (result u32) (canon lift (core func $i "pages"))))
