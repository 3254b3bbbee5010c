(define (total l)
  (if (null? l)
      0
      (+ (car l) (total (cdr l)))))
(define (apply-all f l)
  (let loop ((l l) (sum 0))
    (if (null? l)
        sum
        (loop (cdr l) (+ sum (f (car l)))))))
