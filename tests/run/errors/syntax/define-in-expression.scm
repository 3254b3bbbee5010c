;; @exit 65
;; @error define
;; A definition where an expression is wanted.
(display "not reached")
(write (+ 1 (define x 2)))
