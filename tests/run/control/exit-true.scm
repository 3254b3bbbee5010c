;; exit with #t is success.
(display "ok")
(newline)
(exit #t)
