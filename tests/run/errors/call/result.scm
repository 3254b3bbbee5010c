;; @exit 70
;; @error not a procedure: 3
;; A result that is called once too often.
(define (make-adder n) (lambda (x) (+ x n)))
(write ((make-adder 1) 2))
(newline)
(write (((make-adder 1) 2)))
