;; max and min spread inexactness; abs of every kind.
(write (list (max 1 2 3) (min 1 2 3) (max 1 2.0) (min 1 2.0) (max -5) (min 1/2 1/3)))
(newline)
(write (list (abs 5) (abs -5) (abs -1/2) (abs -2.5) (abs (- (expt 2 65))) (abs 0)))
(newline)
