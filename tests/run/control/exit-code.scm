;; @exit 7
;; exit with a number: the status.
(display "before")
(newline)
(exit 7)
(display "after")
(newline)
