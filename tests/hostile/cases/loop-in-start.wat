;; A start function that never ends: the timeout ends it at the first call, each time.
;; > f()
;; > .reset
;; > f()
;; ! ran longer than the timeout of 300ms
;; exit 1
(component
  (core module $m (func $spin (loop $l (br $l))) (start $spin) (func (export "f")))
  (core instance $i (instantiate $m))
  (func (export "f") (canon lift (core func $i "f"))))
