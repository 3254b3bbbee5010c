;; Record procedures are first-class.
(define-record-type point (make-point x y) point? (x point-x) (y point-y))
(define points (map make-point '(1 2 3) '(10 20 30)))
(write (map point-x points))
(newline)
(write (apply + (map point-y points)))
(newline)
(write (point-y (apply make-point '(5 6))))
(newline)
