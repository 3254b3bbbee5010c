;; @exit 65
;; @error if
;; if with four parts.
(display "not reached")
(write (if #t 1 2 3))
