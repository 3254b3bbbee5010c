;; @exit 70
;; @error 10
;; substring beyond the end.
(display "before")
(newline)
(write (substring "hello" 2 10))
(newline)
(display "not reached")
