;; @exit 70
;; @error uncaught exception: #f
;; An uncaught object, even #f.
(display "before")
(newline)
(raise #f)
(display "not reached")
