;; A call to a process that answers at once, by a caller whose mailbox holds no other
;; message, and `size` ones.

(define (serve)
  (recv ((from tag message) (! from (list tag message))))
  (serve))

(define server (spawn serve))

(define (main n)
  (let loop ((i 0) (sum 0))
    (if (= i n)
        sum
        (loop (+ i 1) (+ sum (!? server 1))))))

(define (fill-mailbox n)
  (if (> n 0)
      (begin
        (! (self) n)
        (fill-mailbox (- n 1)))))

(define (drain-mailbox n)
  (if (> n 0)
      (begin
        (?)
        (drain-mailbox (- n 1)))))

;; The two alternate, so that what disturbs the machine disturbs both.
(define (sample)
  (bench-once "call-0" calls main calls)
  (fill-mailbox size)
  (bench-once (string-append "call-" (number->string size))
              calls-when-full main calls-when-full)
  (drain-mailbox size))

(main calls)
(sample)
(sample)
(sample)
(sample)
(sample)
