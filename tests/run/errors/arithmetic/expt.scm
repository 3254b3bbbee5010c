;; @exit 70
;; @error division by zero
;; A negative power of zero.
(display "before")
(newline)
(write (expt 0 -1))
(newline)
(display "not reached")
