;; `equal?` on large structures: long lists, deep trees and vectors of strings, all equal
;; but for their last part.

;; @size full=1000000 zeal=50
(define size 1000000)

(define (numbers n)
  (let loop ((i n) (list '()))
    (if (= i 0)
        list
        (loop (- i 1) (cons (* 1.5 i) list)))))

(define (tree depth leaf)
  (if (= depth 0)
      (list leaf)
      (cons (tree (- depth 1) 'leaf)
            (tree (- depth 1) leaf))))

(define (texts n last)
  (let ((v (make-vector n)))
    (let loop ((i 0))
      (if (< i n)
          (begin
            (vector-set! v i (string-append "text " (number->string i)))
            (loop (+ i 1)))))
    (vector-set! v (- n 1) last)
    v))

(define (depth-of n)
  (if (< n 2)
      1
      (+ 1 (depth-of (quotient n 2)))))

(define list-a (numbers size))
(define list-b (numbers size))
(define tree-a (tree (depth-of size) 'same))
(define tree-b (tree (depth-of size) 'same))
(define tree-c (tree (depth-of size) 'other))
(define texts-a (texts (quotient size 4) "same"))
(define texts-b (texts (quotient size 4) "same"))
(define texts-c (texts (quotient size 4) "other"))

(define (main)
  (list (equal? list-a list-b)
        (equal? tree-a tree-b)
        (equal? tree-a tree-c)
        (equal? texts-a texts-b)
        (equal? texts-a texts-c)))

(bench-run "equal" main '(#t #t #f #t #f))
