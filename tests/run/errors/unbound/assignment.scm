;; @exit 70
;; @error never-defined
;; Assignment to a variable that does not exist.
(display "before")
(newline)
(set! never-defined 5)
(display "not reached")
