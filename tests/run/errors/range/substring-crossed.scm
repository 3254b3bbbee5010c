;; @exit 70
;; @error argument
;; substring whose start is behind its end.
(display "before")
(newline)
(write (substring "hello" 3 2))
(newline)
(display "not reached")
