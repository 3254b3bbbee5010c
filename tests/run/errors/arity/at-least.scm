;; @exit 70
;; @error f: expected at least 2 arguments, but got 1
;; Fewer arguments than required before a rest parameter.
(define (f a b . rest) (list a b rest))
(write (f 1 2))
(newline)
(write (f 1))
