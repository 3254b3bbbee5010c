;; @exit 70
;; @error string->number: argument 1 must be a string, but is x
;; string->number of a symbol.
(display "before")
(newline)
(write (string->number 'x))
(newline)
(display "not reached")
