;; Exact factorials.
(define (factorial n)
  (if (= n 0)
      1
      (* n (factorial (- n 1)))))
(for-each (lambda (n)
            (write (factorial n))
            (newline))
          '(0 1 10 20 21 25 40))
(write (quotient (factorial 100) (factorial 98)))
(newline)
