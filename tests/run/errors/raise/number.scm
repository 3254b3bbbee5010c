;; @exit 70
;; @error uncaught exception: 42
;; An uncaught object: a number.
(display "before")
(newline)
(raise 42)
(display "not reached")
