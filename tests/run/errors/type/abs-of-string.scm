;; @exit 70
;; @error abs
;; abs of a string.
(display "before")
(newline)
(write (abs "x"))
(newline)
(display "not reached")
