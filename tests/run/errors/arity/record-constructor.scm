;; @exit 70
;; @error make-point: expected 2 arguments, but got 1
;; A record constructor with too few arguments.
(define-record-type point (make-point x y) point? (x point-x) (y point-y))
(write (point-x (make-point 1 2)))
(newline)
(make-point 1)
