;; @exit 70
;; @error string-length: argument 1 must be a string, but is abc
;; string-length of a symbol.
(display "before")
(newline)
(write (string-length 'abc))
(newline)
(display "not reached")
