;; Each step of a generator enters and leaves the extent in which it runs.
(define trace '())
(define (note x) (set! trace (cons x trace)))
(define return #f)
(define resume #f)
(define (yield x)
  (call/cc (lambda (k) (set! resume k) (return x))))
(define (step)
  (call/cc
   (lambda (r)
     (set! return r)
     (if resume
         (resume #f)
         (dynamic-wind
          (lambda () (note 'in))
          (lambda () (yield 1) (yield 2) (return 3))
          (lambda () (note 'out)))))))
(let loop ((i 0))
  (if (< i 3)
      (begin
        (note (step))
        (loop (+ i 1)))))
(write (reverse trace))
(newline)
