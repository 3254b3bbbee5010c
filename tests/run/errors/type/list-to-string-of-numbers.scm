;; @exit 70
;; @error list->string
;; list->string of numbers.
(display "before")
(newline)
(write (list->string '(1 2)))
(newline)
(display "not reached")
