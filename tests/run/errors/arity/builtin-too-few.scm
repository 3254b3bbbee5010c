;; @exit 70
;; @error vector-ref: expected 2 arguments, but got 1
;; A builtin with too few arguments.
(display "before")
(newline)
(write (vector-ref (vector 1 2)))
