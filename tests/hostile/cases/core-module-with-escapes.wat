;; A core module: its names are data, and calling says that it is no component.
;; > .type "\x1b[31m"
;; > f()
;; exit 1
;; looks 1
(module
  (import "\1b[2J" "\1b]0;t\07" (func))
  (import "\e2\80\ae" "f" (func))
  (func (export "\1b[31m"))
  (func (export "f"))
  (memory (export "\0d\0aerror: a line of its own") 1))
