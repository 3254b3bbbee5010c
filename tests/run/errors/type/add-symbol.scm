;; @exit 70
;; @error +: argument 2 must be a number, but is a
;; Adding a symbol.
(display "before")
(newline)
(write (+ 1 'a))
(newline)
(display "not reached")
