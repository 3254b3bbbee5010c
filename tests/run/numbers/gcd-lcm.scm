;; Greatest common divisor and least common multiple.
(write (list (gcd) (gcd 12) (gcd 32 -36) (gcd 0 5) (gcd 12 18 27) (gcd 17 5)))
(newline)
(write (list (lcm) (lcm 12) (lcm 32 -36) (lcm 0 5) (lcm 2 3 4 5 6)))
(newline)
(write (gcd (* 2 3 5 (expt 10 30)) (* 3 7 (expt 10 28))))
(newline)
