(define (sum l) (let loop ((l l) (acc 0)) (if (pair? l) (loop (cdr l) (+ acc (car l))) acc)))
(define (count v x)
  (let loop ((i 0) (n 0))
    (if (= i (vector-length v))
        n
        (loop (+ i 1) (if (eq? (vector-ref v i) x) (+ n 1) n)))))
(define (nested n)
  (let outer ((i 0))
    (if (< i n)
        (begin
          (let inner ((j 0)) (if (< j i) (begin (display j) (inner (+ j 1)))))
          (outer (+ i 1))))))
