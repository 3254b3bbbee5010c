;; @exit 70
;; @error integer->char: argument 1 must be
;; integer->char of a negative number.
(display "before")
(newline)
(write (integer->char -1))
(newline)
(display "not reached")
