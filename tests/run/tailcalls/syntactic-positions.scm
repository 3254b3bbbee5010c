;; @zeal skip-level1: ten thousand iterations each
;; Every tail position of R7RS 3.5.
(define n 10000)
(define (in-if i) (if (= i 0) 'if (in-if (- i 1))))
(define (in-cond i) (cond ((= i 0) 'cond) ((odd? i) (in-cond (- i 1))) (else (in-cond (- i 1)))))
(define (in-cond=> i) (cond ((= i 0) 'cond=>) ((- i 1) => in-cond=>)))
(define (in-case i) (case i ((0) 'case) ((1 2 3) (in-case (- i 1))) (else (in-case (- i 1)))))
(define (in-case=> i) (case i ((0) 'case=>) (else => (lambda (i) (in-case=> (- i 1))))))
(define (in-and i) (and #t (if (= i 0) 'and (in-and (- i 1)))))
(define (in-or i) (or #f (if (= i 0) 'or (in-or (- i 1)))))
(define (in-when i) (when #t (if (= i 0) 'when (in-when (- i 1)))))
(define (in-unless i) (unless #f (if (= i 0) 'unless (in-unless (- i 1)))))
(define (in-let i) (let ((j (- i 1))) (if (< j 0) 'let (in-let j))))
(define (in-let* i) (let* ((j i) (k (- j 1))) (if (< k 0) 'let* (in-let* k))))
(define (in-letrec i) (letrec ((f (lambda () (- i 1)))) (if (= i 0) 'letrec (in-letrec (f)))))
(define (in-begin i) (begin 1 (if (= i 0) 'begin (in-begin (- i 1)))))
(define (in-do i) (do ((j 0 (+ j 1))) ((= j 1) (if (= i 0) 'do (in-do (- i 1))))))
(define (in-body i) (define j (- i 1)) (if (= i 0) 'body (in-body j)))
(define (in-let-syntax i)
  (let-syntax ((dec (syntax-rules () ((_ x) (- x 1)))))
    (if (= i 0) 'let-syntax (in-let-syntax (dec i)))))
(define in-case-lambda
  (case-lambda
    ((i) (in-case-lambda i 0))
    ((i ignored) (if (= i 0) 'case-lambda (in-case-lambda (- i 1))))))
(for-each (lambda (f) (write (f n)) (newline))
          (list in-if in-cond in-cond=> in-case in-case=> in-and in-or in-when
                in-unless in-let in-let* in-letrec in-begin in-do in-body
                in-let-syntax in-case-lambda))
