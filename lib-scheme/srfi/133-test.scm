;;; SRFI 133.

(import (scheme base) (scheme write) (srfi 133))

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

(define-syntax show-values
  (syntax-rules ()
    ((_ expression ...)
     (begin
       (begin
         (write 'expression)
         (display " => ")
         (write (call-with-values (lambda () expression) list))
         (newline))
       ...))))

(define-syntax changed
  (syntax-rules ()
    ((_ (v elements) body ...) (let ((v (vector-copy elements))) body ... v))))

(show (vector-unfold (lambda (i) (* i i)) 4)
      (vector-unfold (lambda (i x) (values x (* x 2))) 4 1)
      (vector-unfold-right (lambda (i x) (values x (+ x 1))) 3 0)
      (vector-reverse-copy #(1 2 3))
      (vector-reverse-copy #(1 2 3 4) 1 3)
      (vector-concatenate '(#(1) #(2 3)))
      (vector-append-subvectors #(1 2 3) 0 2 #(a b c) 1 2)
      (vector-empty? #())
      (vector= eq? #(a b) #(a b) #(a b))
      (vector= eq? #(a b) #(a))
      (vector-fold (lambda (sum x) (+ sum x)) 0 #(1 2 3))
      (vector-fold (lambda (result a b) (cons (* a b) result)) '() #(1 2 3) #(4 5))
      (vector-fold-right (lambda (result x) (cons x result)) '() #(1 2 3))
      (changed (v #(1 2 3)) (vector-map! square v))
      (changed (v #(1 2 3)) (vector-map! + v #(10 20)))
      (vector-count even? #(1 2 4))
      (vector-cumulate + 0 #(1 2 3))
      (vector-index even? #(1 2 3))
      (vector-index < #(3 1) #(2 2))
      (vector-index-right even? #(2 4 5))
      (vector-skip even? #(2 4 5))
      (vector-skip-right even? #(2 5 4))
      (vector-binary-search #(1 3 5 7) 5 -)
      (vector-binary-search #(1 3 5 7) 4 -)
      (vector-any even? #(1 2 3))
      (vector-any (lambda (a b) (and (< a b) (list a b))) #(3 1) #(2 2))
      (vector-every even? #(2 4))
      (vector-every even? #())
      (changed (v #(1 2 3)) (vector-swap! v 0 2))
      (changed (v #(1 2 3 4)) (vector-reverse! v))
      (changed (v #(1 2 3 4)) (vector-reverse! v 1 3))
      (changed (v #(1 2 3 4)) (vector-reverse-copy! v 0 #(a b c)))
      (changed (v #(1 2 3 4)) (vector-unfold! (lambda (i) (* i 10)) v 1 3))
      (changed (v #(1 2 3 4)) (vector-unfold-right! (lambda (i x) (values x (+ x 1))) v 1 4 0))
      (reverse-vector->list #(1 2 3))
      (reverse-list->vector '(1 2 3))
      (guard (e ((error-object? e) (error-object-message e))) (vector-fold + 0 '(1)))
      (guard (e ((error-object? e) (error-object-message e))) (vector-binary-search 5 1 -)))
(show-values (vector-partition even? #(1 2 3 4 5)))
