;; @exit 70
;; @error uncaught exception: "just text"
;; An uncaught object: a string.
(display "before")
(newline)
(raise "just text")
(display "not reached")
