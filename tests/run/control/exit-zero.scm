;; exit ends the program at once, with status 0.
(display "before")
(newline)
(exit)
(display "after")
(newline)
