;; @exit 70
;; @error negative number in list -2
;; In a procedure given to map.
(define (check x)
  (if (negative? x) (error "negative number in list" x) (* x x)))
(write (map check '(1 2 3)))
(newline)
(write (map check '(1 -2 3)))
