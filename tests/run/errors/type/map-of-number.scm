;; @exit 70
;; @error procedure
;; map with what is not a procedure.
(display "before")
(newline)
(write (map 5 '(1 2)))
(newline)
(display "not reached")
