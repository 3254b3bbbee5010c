;; @exit 70
;; @error unbound variable: hidden
;; A local variable is not visible outside.
(define (f hidden) (* hidden 2))
(write (f 4))
(newline)
(write hidden)
