;;; SRFI 132, and sort.

(import (scheme base) (scheme write) (srfi 132))

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

(define (by-car a b) (< (car a) (car b)))
(define pairs '((2 . a) (1 . b) (2 . c) (1 . d) (0 . e) (2 . f) (1 . g)))

;; Pseudo-random numbers below 1000.
(define (numbers n)
  (let loop ((i 0) (x 17) (list '()))
    (if (= i n)
        list
        (loop (+ i 1) (modulo (+ (* x 421) 1663) 7875) (cons (modulo x 1000) list)))))

(define (sorts-right? n)
  (let* ((list (numbers n))
         (result (list-sort < list)))
    (and (list-sorted? < result)
         (= (length result) n)
         (= (apply + result) (apply + list)))))

(show (list-sort < '(3 1 2))
      (list-sort < '())
      (list-sort < '(1))
      (list-sort < '(2 1))
      (list-sort > '(1 2 3 4 5))
      (list-sort by-car pairs)
      (list-stable-sort by-car pairs)
      (let loop ((n 0)) (or (= n 40) (and (sorts-right? n) (loop (+ n 1)))))
      (sorts-right? 500)
      (vector-sort < (vector 3 1 2))
      (vector-sort < (vector 5 4 3 2 1) 1 4)
      (let ((v (vector 5 4 3 2 1))) (vector-sort! < v) v)
      (let ((v (vector 5 4 3 2 1))) (vector-sort! < v 2) v)
      (sort '(3 1 2) <)
      (sort < '(3 1 2))
      (sort (vector 3 1 2) <)
      (sort '("b" "a") string<?)
      (let ((v (vector 3 1 2))) (sort! v <) v)
      (sort! (list 2 1) <)
      (stable-sort pairs by-car)
      (list-sorted? < '(1 2 2 3))
      (list-sorted? < '(2 1))
      (vector-sorted? < #(1 2 3))
      (list-merge < '(1 3 5) '(2 4))
      (list-merge by-car '((1 . a)) '((1 . b)))
      (vector-merge < #(1 3) #(2))
      (list-delete-neighbor-dups = '(1 1 2 2 1))
      (vector-delete-neighbor-dups = #(1 1 2))
      (vector-find-median < #(3 1 2) 0)
      (vector-find-median < #(4 1 2 3) 0)
      (vector-find-median < #() 0)
      (guard (e ((error-object? e) (error-object-message e))) (sort 5 <))
      (guard (e ((error-object? e) (error-object-message e))) (list-sort < 5))
      (guard (e ((error-object? e) (error-object-message e))) (sort '(1 2) 'less)))

;; A comparison may be returned to again.
(show (let ((k #f) (results '()))
        (let ((result (list-sort (lambda (a b)
                                   (call/cc (lambda (c) (if (not k) (set! k c)) (< a b))))
                                 '(3 1 2))))
          (set! results (cons result results))
          (if (null? (cdr results)) (k #t) results))))
