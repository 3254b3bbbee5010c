;; @exit 70
;; @error add3: expected 3 arguments, but got 2
;; Fewer arguments than parameters.
(define (add3 a b c) (+ a b c))
(write (add3 1 2 3))
(newline)
(write (add3 1 2))
