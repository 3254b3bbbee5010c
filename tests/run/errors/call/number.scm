;; @exit 70
;; @error not a procedure: 5
;; A number in operator position.
(display "before")
(newline)
(write (5 6))
(newline)
(display "not reached")
