;; Exact sums of fractions.
(define (harmonic n)
  (if (= n 0)
      0
      (+ (/ 1 n) (harmonic (- n 1)))))
(for-each (lambda (n)
            (write (harmonic n))
            (newline))
          '(1 2 3 4 10 20 30))
