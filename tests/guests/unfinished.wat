;; Writes a line without an end: to standard output (`speak`; `fail` traps then) or to standard error (`moan`).
(component
  (import "wasi:io/error@0.2.0" (instance $errors (export "error" (type (sub resource)))))
  (alias export $errors "error" (type $error))
  (import "wasi:io/streams@0.2.0" (instance $streams
    (export "output-stream" (type $stream (sub resource)))
    (alias outer 1 $error (type $outer))
    (export "error" (type $error (eq $outer)))
    (type $failure (variant (case "last-operation-failed" (own $error)) (case "closed")))
    (export "stream-error" (type $stream-error (eq $failure)))
    (export "[method]output-stream.blocking-write-and-flush" (func
      (param "self" (borrow $stream)) (param "contents" (list u8)) (result (result (error $stream-error)))))))
  (alias export $streams "output-stream" (type $stream))
  (import "wasi:cli/stdout@0.2.0" (instance $stdout
    (alias outer 1 $stream (type $outer))
    (export "output-stream" (type $stream (eq $outer)))
    (export "get-stdout" (func (result (own $stream))))))
  (import "wasi:cli/stderr@0.2.0" (instance $stderr
    (alias outer 1 $stream (type $outer))
    (export "output-stream" (type $stream (eq $outer)))
    (export "get-stderr" (func (result (own $stream))))))
  (core module $mem (memory (export "mem") 1) (data (i32.const 0) "no end"))
  (core instance $mem (instantiate $mem))
  (core func $out (canon lower (func $stdout "get-stdout")))
  (core func $err (canon lower (func $stderr "get-stderr")))
  (core func $write (canon lower
    (func $streams "[method]output-stream.blocking-write-and-flush") (memory $mem "mem")))
  (core module $m
    (import "" "out" (func $out (result i32)))
    (import "" "err" (func $err (result i32)))
    (import "" "write" (func $write (param i32 i32 i32 i32)))
    (func (export "speak") (result i32) (call $write (call $out) (i32.const 0) (i32.const 6) (i32.const 16)) (i32.const 7))
    (func (export "fail") (call $write (call $out) (i32.const 0) (i32.const 6) (i32.const 16)) unreachable)
    (func (export "moan") (result i32) (call $write (call $err) (i32.const 0) (i32.const 6) (i32.const 16)) (i32.const 7)))
  (core instance $i (instantiate $m (with "" (instance
    (export "out" (func $out)) (export "err" (func $err)) (export "write" (func $write))))))
  (func (export "speak") (result u32) (canon lift (core func $i "speak")))
  (func (export "fail") (canon lift (core func $i "fail")))
  (func (export "moan") (result u32) (canon lift (core func $i "moan"))))
