;; @exit 70
;; @error f: expected 2 arguments, but got 4
;; apply with a list of the wrong length.
(define (f a b) (+ a b))
(write (apply f '(1 2)))
(newline)
(write (apply f '(1 2 3 4)))
