;; @exit 70
;; @error /: division by zero
;; The average of an empty list.
(define (average l) (/ (apply + l) (length l)))
(write (average '(1 2 3)))
(newline)
(write (average '()))
