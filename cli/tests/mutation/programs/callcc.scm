;; Continuations: escapes, generators that are entered again, winders.
(define trace '())
(define (note x) (set! trace (cons x trace)))

(define (find-first ok? list)
  (call/cc
   (lambda (return)
     (for-each (lambda (x) (if (ok? x) (return x))) list)
     #f)))

(define (make-generator list)
  (define return #f)
  (define (resume)
    (for-each
     (lambda (x)
       (call/cc
        (lambda (next)
          (set! resume (lambda () (next #f)))
          (return x))))
     list)
    (return 'done))
  (lambda ()
    (call/cc
     (lambda (k)
       (set! return k)
       (resume)))))

(define (winding k)
  (dynamic-wind
   (lambda () (note 'in))
   (lambda () (k (note 'during)) 'inner)
   (lambda () (note 'out))))

(define (twice)
  (let ((again #f) (n 0))
    (let ((v (call/cc (lambda (k) (set! again k) 0))))
      (set! n (+ n 1))
      (if (< v 3) (again (+ v 1)) (list v n)))))

(define (run)
  (let ((g (make-generator '(1 2 3))))
    (let* ((a (g)) (b (g)) (c (g)) (d (g)))
      (list a b c d
            (find-first even? '(1 3 4 5))
            (call/cc winding)
            (winding (lambda (x) x))
            (twice)
            (reverse trace)))))

(run)
