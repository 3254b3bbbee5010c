;; @exit 70
;; @error remainder: division by zero
;; remainder by zero.
(display "before")
(newline)
(write (remainder 7 0))
(newline)
(display "not reached")
