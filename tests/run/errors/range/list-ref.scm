;; @exit 70
;; @error list-ref
;; list-ref beyond the end.
(display "before")
(newline)
(write (list-ref '(1 2) 2))
(newline)
(display "not reached")
