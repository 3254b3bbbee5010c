;; @exit 70
;; @error /: division by zero
;; Division by exact zero.
(display "before")
(newline)
(write (/ 1 0))
(newline)
(display "not reached")
