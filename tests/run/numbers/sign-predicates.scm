;; zero?, positive?, negative?, odd?, even? over the kinds of number.
(define (row x)
  (write (list x (zero? x) (positive? x) (negative? x)))
  (newline))
(for-each row (list 0 1 -1 0.0 -0.0 1.5 -1.5 1/2 -1/2 (expt 2 70) (- (expt 2 70))))
(write (map odd? (list 0 1 -1 2 (+ 1 (expt 2 70)) 3.0)))
(newline)
(write (map even? (list 0 1 -2 2 (expt 2 70) 4.0)))
(newline)
