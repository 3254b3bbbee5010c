;; @exit 65
;; @error if
;; A keyword used as a variable.
(display "not reached")
(write if)
