;; @exit 4
;; exit runs the outstanding after thunks, innermost first.
(dynamic-wind
 (lambda () (display "in 1") (newline))
 (lambda ()
   (dynamic-wind
    (lambda () (display "in 2") (newline))
    (lambda () (exit 4))
    (lambda () (display "out 2") (newline))))
 (lambda () (display "out 1") (newline)))
