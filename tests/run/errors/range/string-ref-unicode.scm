;; @exit 70
;; @error string-ref: argument 2 must be an index below 2, but is 2
;; The length of a string counts characters.
(display "before")
(newline)
(write (string-ref "λμ" 2))
(newline)
(display "not reached")
