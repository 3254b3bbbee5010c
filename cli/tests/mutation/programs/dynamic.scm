;; Parameters, promises, streams, tail calls in odd places.
(define depth (make-parameter 0))
(define radix (make-parameter 10 (lambda (x) (if (integer? x) x (error "no radix:" x)))))

(define (nest n)
  (if (= n 0)
      (depth)
      (parameterize ((depth (+ 1 (depth)))) (nest (- n 1)))))

(define (integers n) (cons n (delay (integers (+ n 1)))))
(define (take s n) (if (= n 0) '() (cons (car s) (take (force (cdr s)) (- n 1)))))

(define-syntax unless2
  (syntax-rules () ((_ test body ...) (if test #f (begin body ...)))))

(define (state-machine input)
  (define (start i) (cond ((null? i) 'empty) ((eq? (car i) 'a) (middle (cdr i))) (else (fail i))))
  (define (middle i) (cond ((null? i) 'accepted) ((eq? (car i) 'b) (start (cdr i))) (else (fail i))))
  (define (fail i) (list 'at (length i)))
  (start input))

(define (run)
  (list (nest 4) (depth)
        (parameterize ((radix 2) (depth 'x)) (list (radix) (depth)))
        (guard (e (#t 'refused)) (parameterize ((radix "two")) (radix)))
        (take (integers 5) 4)
        (force (make-promise 3))
        (unless2 (> (depth) 1) 'shallow)
        (map state-machine '((a b a) () (a a b) (a b)))
        (let loop ((i 0)) (and (or (> i 5) (loop (+ i 1))) 'deep))
        (do ((vec (make-vector 3)) (i 0 (+ i 1))) ((= i 3) vec) (vector-set! vec i i))))

(run)
