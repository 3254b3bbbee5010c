;; Processes of two nodes send each other a list of integers. The time is that of a round
;; trip.

(define peer (await-peer))

(define (pong)
  (recv ((from list) (! from list)))
  (pong))

(define ponger (remote-spawn peer pong))

(define (make-main message)
  (lambda (n)
    (let ((me (self)))
      (let loop ((i 0) (answer #f))
        (if (= i n)
            (length answer)
            (begin
              (! ponger (list me message))
              (loop (+ i 1) (?))))))))

(define (measure length)
  (bench-row (string-append "remote-ping-pong-" (number->string length))
             3000
             (make-main (iota length))
             length))

(for-each measure '(0 10 20 50 100 200 500 1000))

;; A node would stay up after its script.
(exit)
