;; @exit 70
;; @error make-vector: argument 1 must be
;; A vector of negative length.
(display "before")
(newline)
(write (make-vector -1 0))
(newline)
(display "not reached")
