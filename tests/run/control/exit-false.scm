;; @exit 1
;; exit with #f is failure.
(display "failing")
(newline)
(exit #f)
