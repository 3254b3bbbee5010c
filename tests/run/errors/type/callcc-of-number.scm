;; @exit 70
;; @error procedure
;; call/cc of what is not a procedure.
(display "before")
(newline)
(write (call-with-current-continuation 5))
(newline)
(display "not reached")
