;; @exit 9
;; emergency-exit ends the program at once, after thunks or not.
(dynamic-wind
 (lambda () (display "in") (newline))
 (lambda () (flush-output-port) (emergency-exit 9))
 (lambda () (display "not run") (newline)))
