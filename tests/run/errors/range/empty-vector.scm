;; @exit 70
;; @error vector-ref: argument 2 must be
;; An empty vector has no element.
(display "before")
(newline)
(write (vector-ref (vector) 0))
(newline)
(display "not reached")
