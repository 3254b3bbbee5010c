;; @exit 70
;; @error point-x: argument 1 must be
;; An accessor applied to what is not such a record.
(define-record-type point (make-point x y) point? (x point-x) (y point-y))
(write (point-x (make-point 1 2)))
(newline)
(write (point-x (vector 1 2)))
