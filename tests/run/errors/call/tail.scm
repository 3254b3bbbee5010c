;; @exit 70
;; @error not a procedure: "done"
;; A tail call of what is not a procedure.
(define (finish k) (k 1))
(finish (lambda (x) (write x) (newline)))
(finish "done")
