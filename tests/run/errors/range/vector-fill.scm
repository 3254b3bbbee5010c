;; @exit 70
;; @error vector-fill!
;; vector-fill! beyond the end.
(display "before")
(newline)
(vector-fill! (make-vector 3 0) 1 2 5)
