;; @exit 3
;; exit from deep inside a computation.
(define (walk list)
  (cond ((null? list) 0)
        ((eq? (car list) 'stop) (exit 3))
        (else (+ 1 (walk (cdr list))))))
(write (walk '(a b c)))
(newline)
(write (walk '(a b stop c)))
(newline)
