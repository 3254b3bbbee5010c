;; Calls of a closure that the compiler cannot know: one of two, chosen at run
;; time, each with a captured variable.

;; @size full=100000000 zeal=10000
(define size 100000000)

(define (make-adder k)
  (lambda (i) (+ i k)))

(define (make-subtracter k)
  (lambda (i) (- i k)))

(define (choose makers place)
  ((vector-ref makers place) (+ place 1)))

(define (sum-calls f i n sum)
  (if (= i n)
      sum
      (sum-calls f (+ i 1) n (+ sum (f i)))))

;; Half of the calls go to i + 1, the other half to i - 2.
(define (main n)
  (let* ((makers (vector make-adder make-subtracter))
         (half (quotient n 2))
         (sum (sum-calls (choose makers 0) 0 half 0)))
    (sum-calls (choose makers 1) half n sum)))

(define (expected n)
  (- (quotient (* n (- n 1)) 2)
     (quotient n 2)))

(bench-run "unknown" (lambda () (main size)) (expected size))
