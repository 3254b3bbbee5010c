;; @zeal skip-level1: a hundred thousand iterations
;; call/cc calls its procedure in tail position, and a continuation call
;; leaves nothing behind.
(define (loop i)
  (if (= i 0)
      'done
      (call/cc (lambda (k) (loop (- i 1))))))
(write (loop 100000))
(newline)
(define (loop2 i)
  (if (= i 0)
      'done2
      (loop2 (call/cc (lambda (k) (k (- i 1)))))))
(write (loop2 100000))
(newline)
