;;; The SRFIs that R7RS has taken in.

(import (scheme base)
        (scheme write)
        (srfi 6)
        (srfi 8)
        (srfi 9)
        (srfi 11)
        (srfi 16)
        (srfi 23)
        (srfi 39))

(define-syntax show
  (syntax-rules ()
    ((_ expression ...)
     (begin
       (begin
         (write 'expression)
         (display " => ")
         (write expression)
         (newline))
       ...))))

(define-record-type thing (make-thing a) thing? (a thing-a))
(define port (open-output-string))
(write 'x port)
(define p (make-parameter 1))
(show (receive (a . rest) (values 1 2 3) (list a rest))
      (thing-a (make-thing 5))
      (let-values (((a b) (values 1 2))) (list a b))
      (let*-values (((a) (values 1)) ((b) (values a))) b)
      ((case-lambda ((a) 'one) ((a b) 'two)) 1 2)
      (get-output-string port)
      (read-char (open-input-string "y"))
      (parameterize ((p 2)) (p))
      (guard (e (#t (error-object-message e))) (error "message" 1)))
