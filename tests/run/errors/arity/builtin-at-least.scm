;; @exit 70
;; @error -: expected at least 1
;; @error but got 0
;; A builtin that takes at least one argument.
(display "before")
(newline)
(write (apply - '()))
