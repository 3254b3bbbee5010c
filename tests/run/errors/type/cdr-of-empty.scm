;; @exit 70
;; @error cdr: argument 1 must be a pair, but is ()
;; cdr of the empty list.
(display "before")
(newline)
(write (cdr '()))
(newline)
(display "not reached")
