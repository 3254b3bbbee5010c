;; A process sends itself a message and receives it.

(define (main n)
  (let ((me (self)))
    (let loop ((i 0) (sum 0))
      (if (= i n)
          sum
          (begin
            (! me i)
            (loop (+ i 1) (+ sum (?))))))))

(bench-row "send-self" 1000000 main 499999500000)
