;;; SRFI 2.

(import (scheme base) (scheme write) (srfi 2))

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

(show (and-let* () 1)
      (and-let* ())
      (and-let* ((x 1) (y (+ x 1))) (list x y))
      (and-let* ((x #f) (y (car x))) y)
      (and-let* ((x 5) ((> x 3))) 'large)
      (and-let* ((x 1) ((> x 3))) 'large)
      (let ((x 5)) (and-let* (x (y x)) y))
      (and-let* ((x 1)))
      (and-let* ((x 1) ((< x 3)))))
