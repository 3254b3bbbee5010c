;; @exit 70
;; @error /: argument 1 must be a number, but is #\a
;; Dividing a character.
(display "before")
(newline)
(write (/ #\a 2))
(newline)
(display "not reached")
