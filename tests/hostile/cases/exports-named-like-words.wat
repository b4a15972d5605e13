;; Exports with the names of commands, variables, literals and keywords: each can be called, and the commands still work.
;; > help()
;; > exit()
;; > quit
;; > true()
;; > %none()
;; > inf()
;; > record()
;; > x()
;; > .help quit
;; < 7
;; < quit: func() -> u32
(component
  (core module $m (func (export "f") (result i32) (i32.const 7)))
  (core instance $i (instantiate $m))
  (func $f (result u32) (canon lift (core func $i "f")))
  (export "help" (func $f)) (export "exit" (func $f)) (export "quit" (func $f)) (export "true" (func $f))
  (export "none" (func $f)) (export "inf" (func $f)) (export "record" (func $f)) (export "x" (func $f))
  (export "host" (func $f)) (export "nan" (func $f)) (export "b" (func $f)))
