;; What WIT has no words for: functions named like interfaces, types at the root, modules, instances in instances.
;; > .wit
;; > .type t
;; < not expressible in WIT
(component
  (import "a:b/c" (func))
  (import "m" (core module (export "f" (func))))
  (import "outer" (instance (export "inner" (instance (export "f" (func))))))
  (type $t (record (field "x" u32)))
  (export "t" (type $t))
  (core module $m)
  (export "module" (core module $m)))
