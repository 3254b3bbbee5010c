;; @exit 70
;; @error f: expected 1
;; @error but got 12
;; A call with very many arguments.
(define (f a) a)
(write (f 1))
(newline)
(f 1 2 3 4 5 6 7 8 9 10 11 12)
