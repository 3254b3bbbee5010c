;; Closures that share and assign variables, and closures that refer to each other.
(define (make-counter start)
  (let ((n start))
    (list (lambda () (set! n (+ n 1)) n)
          (lambda (m) (set! n m) n)
          (lambda () n))))

(define (compose . fs)
  (if (null? fs)
      (lambda (x) x)
      (let ((f (car fs)) (g (apply compose (cdr fs))))
        (lambda (x) (f (g x))))))

(define (parity k)
  (letrec ((even (lambda (n) (if (= n k) 'even (odd (- n 1)))))
           (odd (lambda (n) (if (= n k) 'odd (even (- n 1))))))
    even))

(define (curry f . args)
  (lambda more (apply f (append args more))))

(define (run start)
  (let* ((c (make-counter start))
         (step (car c)))
    (step)
    ((cadr c) (+ start 10))
    (let loop ((i 0) (acc '()))
      (if (< i 4)
          (loop (+ i 1) (cons ((compose (lambda (x) (+ x (step))) (lambda (x) (* x x))) i) acc))
          (vector acc ((parity 0) 7) (((lambda (x) (curry list x start)) 'a) 'b)))))
  )

(define (compose2 f g) (lambda args (f (apply g args))))

(list (run 1) ((compose2 (parity 1) +) 3 4) (map (curry * 2) '(1 2 3)))
