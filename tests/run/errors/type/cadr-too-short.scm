;; @exit 70
;; @error argument 1 must be
;; cadr of a list of one.
(display "before")
(newline)
(write (cadr '(1)))
(newline)
(display "not reached")
