;; Floor, ceiling, truncate and round of flonums; halves go to the even side.
(for-each (lambda (x)
            (write (list x (floor x) (ceiling x) (truncate x) (round x)))
            (newline))
          '(-4.3 -3.5 -2.5 -1.5 -0.7 0.2 0.5 1.5 2.5 3.5 4.7))
