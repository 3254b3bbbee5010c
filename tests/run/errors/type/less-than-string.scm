;; @exit 70
;; @error <: argument 2 must be
;; Comparing a number with a string.
(display "before")
(newline)
(write (< 1 "2"))
(newline)
(display "not reached")
