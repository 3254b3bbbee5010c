;;; R7RS 6.14: `exit` runs the outstanding after thunks of `dynamic-wind`, also from inside
;;; of handlers and parameters, before the program ends; `emergency-exit` in one does not
;;; go on with the others.
;; @exit 0
(include "check.inc")
(define p (make-parameter 'outside))
(dynamic-wind
 (lambda () #f)
 (lambda ()
   (parameterize ((p 'inside))
     (dynamic-wind
      (lambda () #f)
      (lambda () (with-exception-handler (lambda (e) (exit #t)) (lambda () (raise 'stop))))
      (lambda () (check (p) => inside)))))
 (lambda ()
   (check (p) => outside)
   (report)
   (emergency-exit 0)))
