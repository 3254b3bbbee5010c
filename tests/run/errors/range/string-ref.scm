;; @exit 70
;; @error string-ref: argument 2 must be an index below 3, but is 10
;; A character beyond the end.
(display "before")
(newline)
(write (string-ref "abc" 10))
(newline)
(display "not reached")
