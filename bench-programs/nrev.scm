;; Naive reverse of a list of 500, repeated: allocation of pairs that die at
;; once, and recursion of medium depth.

;; @size full=400 zeal=1
(define size 400)

(define list-length 500)

(define (count-down n)
  (if (= n 0)
      '()
      (cons n (count-down (- n 1)))))

(define (append2 a b)
  (if (pair? a)
      (cons (car a) (append2 (cdr a) b))
      b))

(define (nrev a)
  (if (pair? a)
      (append2 (nrev (cdr a)) (cons (car a) '()))
      '()))

(define (main count)
  (let loop ((i 0) (sum 0))
    (if (= i count)
        sum
        (let ((reversed (nrev (count-down list-length))))
          (loop (+ i 1) (+ sum (car reversed) (length reversed)))))))

(bench-run "nrev" (lambda () (main size)) (* size (+ 1 list-length)))
