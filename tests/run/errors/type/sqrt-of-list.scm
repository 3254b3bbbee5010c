;; @exit 70
;; @error sqrt
;; sqrt of a list.
(display "before")
(newline)
(write (sqrt '(4)))
(newline)
(display "not reached")
