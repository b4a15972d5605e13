;; Import names that set a title, fill the clipboard, clear the screen and turn the text around: shown escaped, everywhere.
;; > .imports
;; > .imports #url=<x>
;; > .type "url=<\x1b]0;t\x07>"
;; > host::url()
;; > noisy()
;; < url=<\u{1b}]0;t\u{7}>
;; < url=<\u{1b}]52;c;aGk=\u{7}>
;; < url=<\u{9b}2J\u{d}\u{8}>
;; < url=<\u{202e}\u{2066}\u{200d}x>
;; ! \u{1b}]0;t\u{7}
;; exit 1
(component
  (import "url=<\1b]0;t\07>" (func $title))
  (import "url=<\1b]52;c;aGk=\07>" (instance (export "f" (func))))
  (import "url=<\c2\9b2J\0d\08>" (func))
  (import "url=<\1b]8;;http://x\1b\5clink\1b]8;;\1b\5c>" (func))
  (import "url=<\1bP+q544e\1b\5c>" (func))
  (import "url=<\e2\80\ae\e2\81\a6\e2\80\8dx>" (func))
  (import "url=<a\cc\81\cc\82\cc\83\cc\84\cc\85\cc\86\cc\87>" (func))
  (core func $title' (canon lower (func $title)))
  (core module $m (import "" "f" (func $f)) (func (export "noisy") (call $f)))
  (core instance $i (instantiate $m (with "" (instance (export "f" (func $title'))))))
  (func (export "noisy") (canon lift (core func $i "noisy"))))
