;; Re-entering in the middle of an argument list keeps the other arguments.
(let ((k #f) (tries 0))
  (define result
    (list 'a (call/cc (lambda (c) (set! k c) 1)) 'b))
  (write result)
  (newline)
  (set! tries (+ tries 1))
  (cond ((= tries 1) (k 2))
        ((= tries 2) (k '(3)))
        (else (display "end") (newline))))
