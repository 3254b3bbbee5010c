;; @exit 70
;; @error reverse
;; reverse of an improper list.
(display "before")
(newline)
(write (reverse '(1 . 2)))
(newline)
(display "not reached")
