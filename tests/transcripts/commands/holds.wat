;; A resource of its own, and an interface of WASI that it never calls.
(component
  (import "wasi:cli/environment@0.2.6" (instance
    (export "get-environment" (func (result (list (tuple string string)))))))
  (type $token' (resource (rep i32)))
  (core func $new (canon resource.new $token'))
  (core module $m (import "" "new" (func $new (param i32) (result i32)))
    (func (export "make") (result i32) (call $new (i32.const 7))))
  (core instance $i (instantiate $m (with "" (instance (export "new" (func $new))))))
  (export $token "token" (type $token'))
  (func (export "[constructor]token") (result (own $token)) (canon lift (core func $i "make"))))
