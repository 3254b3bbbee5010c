;;; `emergency-exit` runs no `after` thunk.
;; @exit 4

(display "before")
(newline)
(dynamic-wind
 (lambda () #f)
 (lambda () (emergency-exit 4))
 (lambda () (display "never")))
