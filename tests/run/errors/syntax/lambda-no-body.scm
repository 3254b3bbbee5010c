;; @exit 65
;; @error lambda
;; lambda without a body.
(display "not reached")
(write (procedure? (lambda (x))))
