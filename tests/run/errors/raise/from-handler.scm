;; @exit 70
;; @error uncaught exception: (while-handling first)
;; A handler that raises something else.
(display "before")
(newline)
(with-exception-handler
 (lambda (e) (raise (list 'while-handling e)))
 (lambda () (raise 'first)))
