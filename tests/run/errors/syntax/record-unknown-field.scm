;; @exit 65
;; @error z
;; A record constructor that names a field which does not exist.
(display "not reached")
(define-record-type point (make-point x z) point? (x point-x) (y point-y))
