;; Default arguments by case-lambda, and the catch-all clause.
(define make-range
  (case-lambda
    ((end) (make-range 0 end))
    ((start end) (make-range start end 1))
    ((start end step)
     (let loop ((i start) (l '()))
       (if (>= i end)
           (reverse l)
           (loop (+ i step) (cons i l)))))))
(write (make-range 4))
(newline)
(write (make-range 2 5))
(newline)
(write (make-range 0 10 3))
(newline)
(define f (case-lambda ((a b) 'two) (rest (length rest))))
(write (list (f) (f 1) (f 1 2) (f 1 2 3)))
(newline)
