;; A function to clean up that never ends: the result is lost, the shell is not.
;; > f()
;; > trap()
;; > ok()
;; < 1
;; ! ran longer than the timeout of 300ms
;; ! unreachable
;; exit 1
(component
  (core module $m
    (func (export "f") (result i32) (i32.const 3))
    (func (export "spin") (param i32) (loop $l (br $l)))
    (func (export "trap") (param i32) unreachable)
    (func (export "ok") (result i32) (i32.const 1)))
  (core instance $i (instantiate $m))
  (func (export "f") (result u32) (canon lift (core func $i "f") (post-return (func $i "spin"))))
  (func (export "trap") (result u32) (canon lift (core func $i "f") (post-return (func $i "trap"))))
  (func (export "ok") (result u32) (canon lift (core func $i "ok"))))
