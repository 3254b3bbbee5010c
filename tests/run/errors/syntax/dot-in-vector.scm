;; @exit 65
;; A dot in a vector.
(display "not reached")
(write '#(1 . 2))
