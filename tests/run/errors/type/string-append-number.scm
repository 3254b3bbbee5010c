;; @exit 70
;; @error string-append: argument 2 must be a string, but is 5
;; string-append of a number.
(display "before")
(newline)
(write (string-append "a" 5))
(newline)
(display "not reached")
