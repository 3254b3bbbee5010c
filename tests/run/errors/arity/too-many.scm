;; @exit 70
;; @error f: expected 2 arguments, but got 3
;; More arguments than parameters.
(define (f a b) (list a b))
(write (f 1 2))
(newline)
(write (f 1 2 3))
