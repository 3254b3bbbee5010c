;; Floor, ceiling, truncate and round of exact rationals.
(for-each (lambda (q)
            (write (list q (floor q) (ceiling q) (truncate q) (round q)))
            (newline))
          '(7/2 -7/2 5/2 -5/2 1/3 -1/3 9/4 3))
