;; @exit 70
;; @error expected 2 arguments, but got 1
;; A procedure without a name.
(write ((lambda (x) x) 1))
(newline)
(write ((vector-ref (vector (lambda (x y) x)) 0) 1))
