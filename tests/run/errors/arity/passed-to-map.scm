;; @exit 70
;; @error pair: expected 2 arguments, but got 1
;; A procedure of two parameters given to map over one list.
(define (pair a b) (cons a b))
(write (map pair '(1 2) '(3 4)))
(newline)
(write (map pair '(1 2)))
