;; @exit 70
;; @error uncaught exception: #(1 b)
;; An uncaught object: a vector.
(display "before")
(newline)
(raise (vector 1 'b))
(display "not reached")
