;; @exit 65
;; @error else
;; else before the last clause.
(display "not reached")
(write (cond (else 1) (#t 2)))
