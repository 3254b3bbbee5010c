;; @exit 70
;; @error not a procedure: (1 2)
;; A builtin hidden by a variable that is no procedure.
(define (f list) (list 1 2))
(write (f vector))
(newline)
(write (f '(1 2)))
