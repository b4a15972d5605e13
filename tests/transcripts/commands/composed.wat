;; Two components in one: `doubler` exports an interface that `main` imports, and `main` also calls what the whole imports.
(component $composed
  (import "log" (func $log (param "n" u32)))
  (import "demo:shop/config@1.0.0" (instance $config (export "limit" (func (result u32)))))
  (component $doubler
    (core module $code
      (func (export "double") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2))))
    (core instance $code (instantiate $code))
    (func $double (param "n" u32) (result u32) (canon lift (core func $code "double")))
    ;; An interface, gathered by a component without code, as tools do it.
    (component $gather
      (import "import-func-double" (func $double (param "n" u32) (result u32)))
      (export "double" (func $double)))
    (instance $gathered (instantiate $gather (with "import-func-double" (func $double))))
    (export "demo:shop/doubling@1.0.0" (instance $gathered)))
  (component $main
    (import "demo:shop/doubling@1.0.0" (instance $doubling (export "double" (func (param "n" u32) (result u32)))))
    (import "demo:shop/config@1.0.0" (instance $config (export "limit" (func (result u32)))))
    (import "log" (func $log (param "n" u32)))
    (core module $shim
      (table (export "$imports") 1 1 funcref)
      (type $log (func (param i32)))
      (func (export "0") (param i32) (call_indirect (type $log) (local.get 0) (i32.const 0))))
    (core module $fixup
      (import "" "0" (func $log (param i32)))
      (import "" "$imports" (table 1 1 funcref))
      (elem (i32.const 0) func $log))
    (core module $program
      (import "shop" "double" (func $double (param i32) (result i32)))
      (import "shop" "limit" (func $limit (result i32)))
      (import "shop" "log" (func $log (param i32)))
      (func (export "run") (param i32) (result i32)
        (call $log (local.get 0))
        (i32.add (call $limit) (call $double (local.get 0)))))
    (core instance $shim (instantiate $shim))
    (core func $double (canon lower (func $doubling "double")))
    (core func $limit (canon lower (func $config "limit")))
    (core instance $shop
      (export "double" (func $double)) (export "limit" (func $limit)) (export "log" (func $shim "0")))
    (core instance $program (instantiate $program (with "shop" (instance $shop))))
    (core func $log (canon lower (func $log)))
    (core instance $imports (export "0" (func $log)) (export "$imports" (table $shim "$imports")))
    (core instance (instantiate $fixup (with "" (instance $imports))))
    (func (export "run") (param "n" u32) (result u32) (canon lift (core func $program "run"))))
  (instance $doubler (instantiate $doubler))
  (instance $main
    (instantiate $main
      (with "demo:shop/doubling@1.0.0" (instance $doubler "demo:shop/doubling@1.0.0"))
      (with "demo:shop/config@1.0.0" (instance $config))
      (with "log" (func $log))))
  (export "run" (func $main "run"))
  (export "demo:shop/doubling@1.0.0" (instance $doubler "demo:shop/doubling@1.0.0")))
