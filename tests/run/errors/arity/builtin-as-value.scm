;; @exit 70
;; @error cons: expected 2 arguments, but got 3
;; A builtin passed as a value.
(define (call-with-three f) (f 1 2 3))
(write (call-with-three +))
(newline)
(write (call-with-three cons))
