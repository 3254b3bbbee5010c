;; The four operations on small integers, with none to many arguments.
(write (list (+) (+ 5) (+ 1 2) (+ 1 2 3 4 5)))
(newline)
(write (list (*) (* 7) (* 6 7) (* 1 2 3 4 5)))
(newline)
(write (list (- 5) (- 10 3) (- 10 1 2 3)))
(newline)
(write (list (/ 12 4) (/ 12 2 3) (/ -6 3)))
(newline)
