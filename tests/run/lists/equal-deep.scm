;; equal? on long and on deep structures.
(define (deep n)
  (let loop ((i 0) (result '()))
    (if (= i n)
        result
        (loop (+ i 1) (list result)))))
(define (long n)
  (let loop ((i 0) (result '()))
    (if (= i n)
        result
        (loop (+ i 1) (cons i result)))))
(write (equal? (deep 2000) (deep 2000)))
(newline)
(write (equal? (deep 2000) (deep 2001)))
(newline)
(write (equal? (long 3000) (long 3000)))
(newline)
(write (equal? (cons 1 (long 3000)) (cons 2 (long 3000))))
(newline)
