;; Symbolic derivatives: lists taken apart and built up, symbol dispatch, and
;; map with a closure.

;; @size full=500000 zeal=20
(define size 500000)

(define (map1 f list)
  (if (null? list)
      '()
      (cons (f (car list)) (map1 f (cdr list)))))

(define (derive term)
  (cond ((not (pair? term))
         (if (eq? term 'x) 1 0))
        ((eq? (car term) '+)
         (cons '+ (map1 derive (cdr term))))
        ((eq? (car term) '-)
         (cons '- (map1 derive (cdr term))))
        ((eq? (car term) '*)
         (list '*
               term
               (cons '+
                     (map1 (lambda (factor) (list '/ (derive factor) factor))
                           (cdr term)))))
        ((eq? (car term) '/)
         (let ((a (cadr term))
               (b (caddr term)))
           (list '-
                 (list '/ (derive a) b)
                 (list '/ a (list '* b b (derive b))))))
        (else 'unknown-operator)))

(define polynomial '(+ (* 3 x x) (* a x x) (* b x) 5))

(define (main count)
  (let loop ((i 1) (result (derive polynomial)))
    (if (< i count)
        (loop (+ i 1) (derive polynomial))
        result)))

(bench-run
 "deriv"
 (lambda () (main size))
 '(+ (* (* 3 x x) (+ (/ 0 3) (/ 1 x) (/ 1 x)))
     (* (* a x x) (+ (/ 0 a) (/ 1 x) (/ 1 x)))
     (* (* b x) (+ (/ 0 b) (/ 1 x)))
     0))
