;; Control structures as macros.
(define-syntax while
  (syntax-rules ()
    ((_ test body ...)
     (let loop ()
       (when test
         body ...
         (loop))))))
(define i 0)
(while (< i 3)
  (write i)
  (set! i (+ i 1)))
(newline)
(define-syntax repeat
  (syntax-rules (times until)
    ((_ n times body ...)
     (do ((k 0 (+ k 1))) ((= k n)) body ...))
    ((_ body ... until test)
     (let loop () body ... (if (not test) (loop))))))
(repeat 3 times (display "x"))
(newline)
(define j 5)
(repeat (write j) (set! j (- j 1)) until (= j 2))
(newline)
(define loop 'mine)
(define n 0)
(while (and (eq? loop 'mine) (< n 2)) (set! n (+ n 1)))
(write n)
(newline)
