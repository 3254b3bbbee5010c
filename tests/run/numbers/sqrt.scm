;; Square roots are exact where they can be.
(write (list (sqrt 0) (sqrt 1) (sqrt 16) (sqrt 1/4) (sqrt 9/16) (sqrt (expt 10 40))))
(newline)
(write (list (sqrt 2) (sqrt 16.0) (sqrt 0.25)))
(newline)
(write (list (square 5) (square -1/2) (square 1.5)))
(newline)
