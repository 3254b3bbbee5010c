;; Integer operations on integer-valued flonums give flonums.
(write (list (quotient 7.0 2.0) (remainder -7.0 2.0) (modulo -7.0 2.0) (gcd 12.0 18)))
(newline)
(write (list (even? 2.0) (odd? 3.0) (integer? 3.0) (integer? 3.5)))
(newline)
(write (list (floor 5) (round 5) (exact 5.0) (truncate -5)))
(newline)
