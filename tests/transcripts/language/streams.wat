;; Adds up a stream, and doubles what a future gives.
(component
  (core module $memory (memory (export "mem") 1))
  (core instance $memory (instantiate $memory))
  (type $numbers (stream u32))
  (type $number (future u32))
  (core func $read (canon stream.read $numbers (memory $memory "mem")))
  (core func $close (canon stream.drop-readable $numbers))
  (core func $await (canon future.read $number (memory $memory "mem")))
  (core func $return (canon task.return (result u32)))
  (core module $m
    (import "" "mem" (memory 1))
    (import "" "read" (func $read (param i32 i32 i32) (result i32)))
    (import "" "close" (func $close (param i32)))
    (import "" "await" (func $await (param i32 i32) (result i32)))
    (import "" "return" (func $return (param i32)))
    (func (export "sum") (param $stream i32) (local $read i32) (local $at i32) (local $end i32) (local $sum i32)
      (loop $more
        ;; The lowest four bits say whether the stream is at its end, the others how many items were read.
        (local.set $read (call $read (local.get $stream) (i32.const 0) (i32.const 16)))
        (local.set $end (i32.shl (i32.shr_u (local.get $read) (i32.const 4)) (i32.const 2)))
        (local.set $at (i32.const 0))
        (block $done (loop $next
          (br_if $done (i32.eq (local.get $at) (local.get $end)))
          (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $at))))
          (local.set $at (i32.add (local.get $at) (i32.const 4)))
          (br $next)))
        (br_if $more (i32.eqz (i32.and (local.get $read) (i32.const 15)))))
      (call $close (local.get $stream))
      (call $return (local.get $sum)))
    (func (export "double") (param $future i32)
      (drop (call $await (local.get $future) (i32.const 0)))
      (call $return (i32.mul (i32.load (i32.const 0)) (i32.const 2)))))
  (core instance $i (instantiate $m (with "" (instance
    (export "mem" (memory $memory "mem"))
    (export "read" (func $read)) (export "close" (func $close))
    (export "await" (func $await)) (export "return" (func $return))))))
  (func (export "sum") async (param "numbers" $numbers) (result u32) (canon lift (core func $i "sum") async))
  (func (export "double") async (param "number" $number) (result u32) (canon lift (core func $i "double") async)))
