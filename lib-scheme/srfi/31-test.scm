;;; SRFI 31.

(import (scheme base) (scheme write) (scheme lazy) (srfi 31))

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

(define f 'outer)

(show ((rec (f n) (if (= n 0) 1 (* n (f (- n 1))))) 10)
      ((rec f (lambda (n) (if (= n 0) 'done (f (- n 1))))) 1000)
      ((rec (f . rest) (if (null? rest) '() (cons (car rest) (apply f (cdr rest))))) 1 2 3)
      ((rec (f a #!optional (b 5)) (+ a b)) 1)
      (let ((ones (rec ones (cons 1 (delay ones)))))
        (list (car ones) (eq? ones (force (cdr ones)))))
      f)
