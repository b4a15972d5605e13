;; A function that calls itself for ever: the stack is exhausted; a backtrace of 20 frames tells it.
;; > recurse()
;; > recurse()
;; ! call stack exhausted
;; ! m!again
;; exit 1
(component
  (core module $m (func $again (export "recurse") (call $again)))
  (core instance $i (instantiate $m))
  (func (export "recurse") (canon lift (core func $i "recurse"))))
