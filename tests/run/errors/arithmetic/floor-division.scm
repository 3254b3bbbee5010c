;; @exit 70
;; @error division by zero
;; floor/ by zero.
(display "before")
(newline)
(call-with-values (lambda () (floor/ 1 0)) list)
