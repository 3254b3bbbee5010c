;; @exit 65
;; A closing parenthesis too many.
(display "not reached")
(write (+ 1 2)))
