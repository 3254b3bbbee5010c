;; @exit 70
;; @error argument 1 must be
;; even? of a fraction.
(display "before")
(newline)
(write (even? 1/2))
(newline)
(display "not reached")
