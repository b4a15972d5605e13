;; A core module whose imports, exports and function names hold escape sequences: tables and backtraces show them escaped.
;; > fail()
;; ! \u{1b}[31m
;; exit 1
(component
  (core module $m
    (func (@name "\1b[31mred") (export "\1b[31m") unreachable)
    (func (export "\1b[2J\0d\0a") unreachable)
    )
  (core instance $i (instantiate $m))
  (func (export "fail") (canon lift (core func $i "\1b[31m"))))
