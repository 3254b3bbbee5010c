;;; SRFI 26.

(import (scheme base) (scheme write) (srfi 26))

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

(show ((cut cons <> 1) 2)
      ((cut list 1 <> 3 <>) 2 4)
      ((cut list 1 <> <...>) 2 3 4)
      ((cut <> 1 2) +)
      ((cut list))
      (map (cut * 2 <>) '(1 2 3))
      (let ((n 0)) (let ((f (cut list (begin (set! n (+ n 1)) n) <>))) (list (f 'a) (f 'b))))
      (let ((n 0)) (let ((f (cute list (begin (set! n (+ n 1)) n) <>))) (list (f 'a) (f 'b))))
      ((cute list <> (+ 1 1) <...>) 1 3 4))
