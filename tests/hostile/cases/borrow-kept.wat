;; A guest that keeps what it was lent: a trap that says so, and the handle is the shell's again.
;; > $r = host::r()
;; > keep($r)
;; > .drop $r
;; ! borrow
;; exit 1
(component
  (import "a:b/c" (instance $c (export "r" (type $r (sub resource))) (export "[constructor]r" (func (result (own $r))))))
  (alias export $c "r" (type $r))
  (core module $m (func (export "keep") (param i32)))
  (core instance $i (instantiate $m))
  (func (export "keep") (param "r" (borrow $r)) (canon lift (core func $i "keep"))))
