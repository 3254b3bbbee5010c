;; @exit 65
;; An escape in a string that does not exist.
(display "not reached")
(write "a\qb")
