;; @exit 70
;; @error failed while handling something
;; In a handler.
(display "before")
(newline)
(with-exception-handler
 (lambda (e) (error "failed while handling" e))
 (lambda () (raise-continuable 'something)))
