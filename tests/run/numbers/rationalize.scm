;; The simplest rational within a tolerance.
(write (list (rationalize 3/10 1/10) (rationalize 1/3 1/100) (rationalize -3/10 1/10)))
(newline)
(write (list (rationalize 5 1/2) (rationalize 22/7 1/10)))
(newline)
(write (rationalize .3 1/10))
(newline)
