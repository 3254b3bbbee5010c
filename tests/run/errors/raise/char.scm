;; @exit 70
;; @error uncaught exception: #\x
;; An uncaught object: a character.
(display "before")
(newline)
(raise #\x)
(display "not reached")
