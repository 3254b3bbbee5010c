;; @exit 70
;; @error symbol->string: argument 1 must be a symbol, but is "a"
;; symbol->string of a string.
(display "before")
(newline)
(write (symbol->string "a"))
(newline)
(display "not reached")
