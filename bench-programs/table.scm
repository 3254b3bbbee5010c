;; Hash tables: `size` integers, then a fifth as many strings, are put in and looked up
;; again. What makes, changes and asks a table comes from the prelude; keys are compared
;; by `equal?`.

;; @size full=1000000 zeal=40
(define size 1000000)

;; Scatters the numbers below a power of two, each to another one.
(define (scatter i)
  (remainder (* i 7919) 16777216))

(define (fill-integers n)
  (let ((table (bench-make-table)))
    (let loop ((i 0))
      (if (< i n)
          (begin
            (bench-table-set! table (scatter i) i)
            (loop (+ i 1)))))
    table))

(define (sum-integers table n)
  (let loop ((i 0) (sum 0))
    (if (< i n)
        (loop (+ i 1) (+ sum (bench-table-ref table (scatter i) 0)))
        sum)))

(define (misses table n)
  (let loop ((i 0) (count 0))
    (if (< i n)
        (loop (+ i 1) (+ count (bench-table-ref table (- -1 i) 1)))
        count)))

(define (words n)
  (let loop ((i 0) (words '()))
    (if (< i n)
        (loop (+ i 1) (cons (string-append "word" (number->string i)) words))
        words)))

(define (count-words words)
  (let ((table (bench-make-table)))
    (let loop ((left words))
      (if (pair? left)
          (begin
            (bench-table-set! table (car left) (+ 1 (bench-table-ref table (car left) 0)))
            (loop (cdr left)))))
    (let loop ((left words) (count 0))
      (if (pair? left)
          (loop (cdr left) (+ count (bench-table-ref table (car left) 0)))
          count))))

(define all-words (words (quotient size 5)))

(define (main n)
  (let ((table (fill-integers n)))
    (list (sum-integers table n)
          (misses table n)
          (count-words all-words))))

(bench-run "table"
           (lambda () (main size))
           (list (quotient (* size (- size 1)) 2)
                 size
                 (quotient size 5)))
