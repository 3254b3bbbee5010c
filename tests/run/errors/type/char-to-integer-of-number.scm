;; @exit 70
;; @error char->integer: argument 1 must be
;; char->integer of a number.
(display "before")
(newline)
(write (char->integer 97))
(newline)
(display "not reached")
