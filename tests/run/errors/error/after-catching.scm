;; @exit 70
;; @error odd number 3
;; The second error is not caught.
(define (risky n) (if (odd? n) (error "odd number" n) n))
(write (guard (e ((error-object? e) 'caught)) (risky 1)))
(newline)
(write (risky 2))
(newline)
(write (risky 3))
