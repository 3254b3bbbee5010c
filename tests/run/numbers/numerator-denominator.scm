;; numerator and denominator, of flonums as well.
(write (list (numerator 0) (denominator 0) (numerator 3/7) (denominator 3/7)))
(newline)
(write (list (numerator 0.5) (denominator 0.5) (numerator -2.25) (denominator -2.25)))
(newline)
