;; @exit 70
;; @error list-tail
;; list-tail beyond the end.
(display "before")
(newline)
(write (list-tail '(1 2) 3))
(newline)
(display "not reached")
