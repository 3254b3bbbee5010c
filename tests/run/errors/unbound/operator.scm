;; @exit 70
;; @error unbound variable: undefined-procedure
;; A procedure that nothing defines.
(display "before")
(newline)
(write (undefined-procedure 1 2))
(newline)
(display "not reached")
