;; @exit 65
;; @error 5
;; A parameter that is not a name.
(display "not reached")
(define (f 5) 5)
