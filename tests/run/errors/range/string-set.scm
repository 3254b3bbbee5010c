;; @exit 70
;; @error string-set!: argument 2 must be an index below 2, but is 5
;; Assignment beyond the end of a string.
(display "before")
(newline)
(string-set! (make-string 2 #\a) 5 #\b)
