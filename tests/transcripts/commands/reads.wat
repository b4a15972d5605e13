;; Reads its standard input once, and an environment.
(component
  (import "wasi:io/error@0.2.6" (instance $errors (export "error" (type (sub resource)))))
  (alias export $errors "error" (type $error))
  (import "wasi:io/streams@0.2.6" (instance $streams
    (export "input-stream" (type $stream (sub resource)))
    (alias outer 1 $error (type $outer))
    (export "error" (type $error (eq $outer)))
    (type $failure (variant (case "last-operation-failed" (own $error)) (case "closed")))
    (export "stream-error" (type $stream-error (eq $failure)))
    (export "[method]input-stream.blocking-read" (func
      (param "self" (borrow $stream)) (param "len" u64) (result (result (list u8) (error $stream-error)))))))
  (alias export $streams "input-stream" (type $stream))
  (import "wasi:cli/stdin@0.2.6" (instance $stdin
    (alias outer 1 $stream (type $outer))
    (export "input-stream" (type $stream (eq $outer)))
    (export "get-stdin" (func (result (own $stream))))))
  (import "wasi:cli/environment@0.2.6" (instance $environment
    (export "get-environment" (func (result (list (tuple string string)))))))
  (core module $libc
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 4096))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (global.set $next (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
      (global.get $next)
      (global.set $next (i32.add (global.get $next) (local.get 3)))))
  (core instance $libc (instantiate $libc))
  (core func $get (canon lower (func $stdin "get-stdin")))
  (core func $read (canon lower (func $streams "[method]input-stream.blocking-read")
    (memory $libc "memory") (realloc (func $libc "realloc"))))
  (core func $environment (canon lower (func $environment "get-environment")
    (memory $libc "memory") (realloc (func $libc "realloc"))))
  (core module $m
    (import "" "get" (func $get (result i32)))
    (import "" "read" (func $read (param i32 i64 i32)))
    (import "" "environment" (func $environment (param i32)))
    (import "" "memory" (memory 1))
    ;; What can be read at once; nothing at the end.
    (func (export "read") (result i32)
      (call $read (call $get) (i64.const 64) (i32.const 16))
      (if (i32.load8_u (i32.const 16)) (then (i64.store (i32.const 20) (i64.const 0))))
      (i32.const 20))
    (func (export "environment") (result i32) (call $environment (i32.const 16)) (i32.const 16)))
  (core instance $i (instantiate $m (with "" (instance
    (export "get" (func $get))
    (export "read" (func $read))
    (export "environment" (func $environment))
    (export "memory" (memory $libc "memory"))))))
  (func (export "read") (result string) (canon lift (core func $i "read") (memory $libc "memory")))
  (func (export "environment") (result (list (tuple string string)))
    (canon lift (core func $i "environment") (memory $libc "memory"))))
