;; Powers with exact and inexact bases and exponents.
(write (list (expt 2 0) (expt 2 10) (expt -2 3) (expt 2 -2) (expt 1/2 3) (expt 2/3 -2)))
(newline)
(write (list (expt 2.0 3) (expt 2.0 -1) (expt 4.0 0.5) (expt 0 0) (expt 0 5)))
(newline)
(write (expt 3 100))
(newline)
(write (list (expt 1 1000000) (expt -1 1000001) (expt 10 20)))
(newline)
