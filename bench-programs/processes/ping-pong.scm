;; Two processes of one node send each other a list of integers. The time is that of a
;; round trip.

(define (pong)
  (recv ((from list) (! from list)))
  (pong))

(define ponger (spawn pong))

(define (make-main message)
  (lambda (n)
    (let ((me (self)))
      (let loop ((i 0) (answer #f))
        (if (= i n)
            (length answer)
            (begin
              (! ponger (list me message))
              (loop (+ i 1) (?))))))))

(define (integers n)
  (let loop ((n n) (list '()))
    (if (= n 0)
        list
        (loop (- n 1) (cons n list)))))

(define (measure length)
  (bench-row (string-append "ping-pong-" (number->string length))
             (quotient 20000000 (+ 100 (* 3 length)))
             (make-main (integers length))
             length))

(for-each measure '(0 10 20 50 100 200 500 1000))
