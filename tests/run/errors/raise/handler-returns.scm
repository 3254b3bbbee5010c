;; @exit 70
;; @error handler
;; A handler may not return from raise.
(with-exception-handler
 (lambda (e)
   (display "handling ")
   (write e)
   (newline)
   'ignored)
 (lambda ()
   (raise 'non-continuable)
   (display "not reached")))
