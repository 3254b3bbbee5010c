;; @exit 70
;; @error division by zero
;; Division of a fraction by zero.
(display "before")
(newline)
(write (/ 3/4 0))
(newline)
(display "not reached")
