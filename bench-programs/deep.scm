;; Recursion a million calls deep that is not a tail call: a sum, and a list
;; built and copied the way append does it.

;; @size full=1000000 zeal=1000
(define size 1000000)

(define rounds 5)

(define (deep-sum n)
  (if (= n 0)
      0
      (+ n (deep-sum (- n 1)))))

(define (count-down n)
  (if (= n 0)
      '()
      (cons n (count-down (- n 1)))))

(define (append2 a b)
  (if (pair? a)
      (cons (car a) (append2 (cdr a) b))
      b))

(define (sum-list list sum)
  (if (pair? list)
      (sum-list (cdr list) (+ sum (car list)))
      sum))

(define (main n)
  (let loop ((i 0) (sum 0))
    (if (= i rounds)
        sum
        (loop (+ i 1)
              (+ sum
                 (deep-sum n)
                 (sum-list (append2 (count-down n) '(0)) 0))))))

(bench-run "deep" (lambda () (main size)) (* rounds size (+ size 1)))
