;; Newton's method in flonums.
(define (newton-sqrt x)
  (let loop ((guess 1.0))
    (let ((next (/ (+ guess (/ x guess)) 2.0)))
      (if (< (abs (- next guess)) 1e-12)
          next
          (loop next)))))
(define (round-to x digits)
  (let ((scale (expt 10.0 digits)))
    (/ (round (* x scale)) scale)))
(for-each (lambda (x)
            (write (round-to (newton-sqrt x) 6))
            (newline))
          '(2.0 3.0 10.0 144.0))
