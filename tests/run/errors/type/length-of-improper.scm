;; @exit 70
;; @error length: argument 1 must be
;; length of an improper list.
(display "before")
(newline)
(write (length '(1 2 . 3)))
(newline)
(display "not reached")
