;; @exit 70
;; @error unbound variable: undefined-variable
;; A variable that nothing defines.
(display "before")
(newline)
(write undefined-variable)
(newline)
(display "not reached")
