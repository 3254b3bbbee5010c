;; Procedures are named with their library.
(import (example.org/ada sums @1.2))
(guard (e (#t (display (condition-report-string e)) (newline)))
  (total 1 2))
(spawn (lambda () (apply-all (lambda (x) (vector-ref x 0)) '(1))) name: 'summer)
(recv (after 0.1 #t))
