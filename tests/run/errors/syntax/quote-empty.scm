;; @exit 65
;; @error quote
;; quote without anything.
(display "not reached")
(write (quote))
