;; A start function that traps: every call says so.
;; > f()
;; > f()
;; ! unreachable
;; exit 1
(component
  (core module $m (func $no unreachable) (start $no) (func (export "f")))
  (core instance $i (instantiate $m))
  (func (export "f") (canon lift (core func $i "f"))))
