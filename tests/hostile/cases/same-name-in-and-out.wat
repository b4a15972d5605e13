;; The same interface is imported and exported: the import is the host's, the export the component's.
;; > f()
;; > same-name-in-and-out::a:b/c#f()
;; > host::f()
;; < 5
;; ! provide
;; exit 1
(component
  (import "a:b/c" (instance $in (export "f" (func (result u32)))))
  (core module $m (func (export "f") (result i32) (i32.const 5)))
  (core instance $i (instantiate $m))
  (func $f (result u32) (canon lift (core func $i "f")))
  (instance $out (export "f" (func $f)))
  (export "a:b/c" (instance $out)))
