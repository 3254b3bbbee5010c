;; @exit 65
;; @error set!
;; set! of what is not a name.
(display "not reached")
(set! 5 6)
