;; @exit 65
;; A list that is not closed.
(display "not reached")
(define (f x)
  (* x 2)
