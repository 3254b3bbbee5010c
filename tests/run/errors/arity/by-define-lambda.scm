;; @exit 70
;; @error double: expected 1
;; @error but got 0
;; A procedure named by its definition.
(define double (lambda (x) (* 2 x)))
(write (double 4))
(newline)
(write (double))
