;; The tower's predicates on a range of numbers and on other things.
(define (row x)
  (write (map (lambda (p) (if (p x) 'y 'n))
              (list number? complex? real? rational? integer?)))
  (newline))
(for-each row (list 0 -7 (expt 10 30) 1/2 1.5 2.0 +inf.0 +nan.0))
(write (map number? (list 'a "1" #\1 '() #t)))
(newline)
