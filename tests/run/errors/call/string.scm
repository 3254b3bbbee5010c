;; @exit 70
;; @error not a procedure: "text"
;; A string in operator position.
(display "before")
(newline)
(write ("text" 1))
(newline)
(display "not reached")
