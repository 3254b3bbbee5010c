;; @exit 70
;; @error *: argument 2 must be a number, but is (3)
;; Multiplying by a list.
(display "before")
(newline)
(write (* 2 '(3)))
(newline)
(display "not reached")
