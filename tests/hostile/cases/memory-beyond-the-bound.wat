;; A memory that begins beyond the bound: refused with the setting that moves it.
;; > f()
;; ! .set memory
;; exit 1
(component
  (core module $m (memory 1000) (func (export "f")))
  (core instance $i (instantiate $m))
  (func (export "f") (canon lift (core func $i "f"))))
