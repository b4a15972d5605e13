;; Never gets through its start function.
(component
  (core module $m (func $s (loop (br 0))) (start $s) (func (export "seven") (result i32) (i32.const 7)))
  (core instance $i (instantiate $m))
  (func (export "seven") (result u32) (canon lift (core func $i "seven"))))
