;; Types at the edge: lists of lists, maps, fixed lists, streams of streams.
;; > .type deep
;; > .type fixed
;; > fixed([1])
;; > .type map
;; > .type streams
;; > host::deep([[]])
;; > host::streams(1)
;; exit 1
(component
  (type $l0 (list u8)) (type $l1 (list $l0)) (type $l2 (list $l1)) (type $l3 (list $l2)) (type $l4 (list $l3))
  (type $l5 (list $l4)) (type $l6 (list $l5)) (type $l7 (list $l6)) (type $l8 (list $l7)) (type $l9 (list $l8))
  (import "deep" (func (param "x" $l9)))
  (import "fixed" (func (param "x" (list u8 100000))))
  (import "map" (func (param "x" (map string (map u32 (list string 3))))))
  (type $s (stream u8)) (type $ss (stream $s)) (type $f (future)) (type $ff (future $f))
  (import "streams" (func async (param "x" $ss) (result $ff))))
