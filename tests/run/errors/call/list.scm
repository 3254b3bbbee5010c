;; @exit 70
;; @error not a procedure: (1 2)
;; A list in operator position.
(display "before")
(newline)
(write ((list 1 2) 0))
(newline)
(display "not reached")
