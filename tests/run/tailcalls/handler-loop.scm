;; A loop through guard does not keep frames when each guard has returned.
(define (loop i caught)
  (if (= i 0)
      caught
      (loop (- i 1)
            (+ caught
               (guard (e ((symbol? e) 1))
                 (if (odd? i) (raise 'odd) 0))))))
(write (loop 500 0))
(newline)
