;; @exit 70
;; @error max
;; max of a symbol.
(display "before")
(newline)
(write (max 1 'b))
(newline)
(display "not reached")
