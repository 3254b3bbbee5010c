;; @exit 70
;; @error make-vector: expected 1 to 2 arguments, but got 3
;; A builtin with an optional argument.
(display "before")
(newline)
(write (make-vector 1 2 3))
