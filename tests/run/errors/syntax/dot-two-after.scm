;; @exit 65
;; A dot with two data after it.
(display "not reached")
(write '(1 . 2 3))
