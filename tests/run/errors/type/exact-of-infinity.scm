;; @exit 70
;; @error exact
;; No exact number is infinite.
(display "before")
(newline)
(write (exact (/ 1.0 0.0)))
(newline)
(display "not reached")
