;; @zeal skip-level1: a hundred thousand iterations
;; A state machine whose states are local procedures.
(define (run n)
  (define (a i count)
    (if (= i 0) (list 'a count) (b (- i 1) (+ count 1))))
  (define (b i count)
    (if (= i 0) (list 'b count) (c (- i 1) (+ count 10))))
  (define (c i count)
    (if (= i 0) (list 'c count) (a (- i 1) (+ count 100))))
  (a n 0))
(write (run 100000))
(newline)
(write (run 7))
(newline)
