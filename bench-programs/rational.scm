;; Exact rationals: Bernoulli numbers by their recurrence, harmonic numbers, and
;; continued fractions taken apart and put together.

;; @size full=220 zeal=12
(define size 220)

;; B(0) to B(n), the last first: (m+1) B(m) is minus the sum of C(m+1,k) B(k), k below m.
(define (bernoulli n)
  (let loop ((m 1) (found '(1)))
    (if (> m n)
        found
        (loop (+ m 1) (cons (next-bernoulli m found) found)))))

(define (next-bernoulli m found)
  (let loop ((k (- m 1))
             (choose (quotient (* m (+ m 1)) 2))
             (found found)
             (sum 0))
    (if (null? found)
        (- (/ sum (+ m 1)))
        (loop (- k 1)
              (if (= k 0) 0 (quotient (* choose k) (+ (- m k) 2)))
              (cdr found)
              (+ sum (* choose (car found)))))))

(define (harmonic n)
  (let loop ((k 1) (sum 0))
    (if (> k n)
        sum
        (loop (+ k 1) (+ sum (/ 1 k))))))

(define (partial-quotients x)
  (let* ((whole (floor x))
         (rest (- x whole)))
    (if (= rest 0)
        (list whole)
        (cons whole (partial-quotients (/ 1 rest))))))

(define (from-quotients list)
  (if (null? (cdr list))
      (car list)
      (+ (car list) (/ 1 (from-quotients (cdr list))))))

;; By von Staudt and Clausen, B(2k) plus the sum of 1/p over the primes p with p - 1
;; dividing 2k is an integer.
(define (staudt-clausen n b)
  (let loop ((p 2) (sum b))
    (cond ((> p (+ n 1)) (integer? sum))
          ((and (prime? p) (= 0 (remainder n (- p 1))))
           (loop (+ p 1) (+ sum (/ 1 p))))
          (else (loop (+ p 1) sum)))))

(define (prime? n)
  (let loop ((d 2))
    (cond ((> (* d d) n) #t)
          ((= 0 (remainder n d)) #f)
          (else (loop (+ d 1))))))

(define (main n)
  (let ((h (harmonic (* 10 n))))
    (list (staudt-clausen n (car (bernoulli n)))
          (= h (from-quotients (partial-quotients h))))))

(bench-run "rational" (lambda () (main size)) '(#t #t))
