;; @exit 70
;; @error string->symbol: argument 1 must be a string, but is 12
;; string->symbol of a number.
(display "before")
(newline)
(write (string->symbol 12))
(newline)
(display "not reached")
