;;; `exit` runs the outstanding `after` thunks, from the inside out, and flushes.
;; @exit 3

(dynamic-wind
 (lambda () (display "in") (newline))
 (lambda ()
   (dynamic-wind
    (lambda () #f)
    (lambda () (exit 3))
    (lambda () (display "inner") (newline))))
 (lambda () (display "outer")))
