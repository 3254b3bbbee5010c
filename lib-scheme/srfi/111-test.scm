;;; SRFI 111.

(import (scheme base) (scheme write) (srfi 111))

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

(define b (box 1))
(show (box? b)
      (box? 1)
      (unbox b)
      (begin (set-box! b 2) (unbox b)))
