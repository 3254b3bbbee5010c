;; @exit 65
;; @error define
;; define without anything.
(display "not reached")
(define)
