;; @exit 65
;; A dot without anything before it.
(display "not reached")
(write '( . 1))
