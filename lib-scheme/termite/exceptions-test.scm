;;; (termite exceptions): the samples of the paper, section 4.7, and both kinds of handler.

(import (termite exceptions))

(define (show x)
  (write x)
  (newline))

(show (list
       (with-exception-catcher
        (lambda (exception) exception)
        (lambda ()
          (raise 42) ; this does not return
          123))))

(show (list
       (with-exception-handler
        (lambda (exception) exception)
        (lambda ()
          (raise 42) ; control resumes here
          123))))

;; The value of the handler is that of the `raise`.
(show (with-exception-handler
       (lambda (exception) (* 2 exception))
       (lambda () (+ 1 (raise 20)))))

;; The handler runs under the handlers around it.
(show (with-exception-handler
       (lambda (exception) (list 'outer exception))
       (lambda ()
         (with-exception-handler
          (lambda (exception) (raise (list 'inner exception)))
          (lambda () (raise 1))))))

;; Errors do not return.
(show (with-exception-catcher
       error-object-message
       (lambda ()
         (with-exception-handler
          (lambda (e) 5)
          (lambda () (car '()))))))
