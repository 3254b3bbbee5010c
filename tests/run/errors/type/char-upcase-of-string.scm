;; @exit 70
;; @error char-upcase: argument 1 must be
;; char-upcase of a string.
(display "before")
(newline)
(write (char-upcase "a"))
(newline)
(display "not reached")
