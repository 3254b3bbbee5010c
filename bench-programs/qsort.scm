;; Quicksort in place of a vector of pseudo-random fixnums: vector access,
;; comparisons, loops.

;; @size full=500000 zeal=200
(define size 500000)

;; A linear congruential generator whose products stay fixnums everywhere.
(define (next-random seed)
  (modulo (+ (* seed 3877) 29573) 139968))

(define (make-data n)
  (let ((data (make-vector n 0)))
    (let loop ((i 0) (seed 42))
      (if (= i n)
          data
          (let* ((high (next-random seed))
                 (low (next-random high)))
            (vector-set! data i (+ (* high 1000) (modulo low 1000)))
            (loop (+ i 1) low))))))

(define (swap! data i j)
  (let ((saved (vector-ref data i)))
    (vector-set! data i (vector-ref data j))
    (vector-set! data j saved)))

;; Sorts the places from low to high, both included.
(define (qsort! data low high)
  (if (< low high)
      (let ((pivot (vector-ref data (quotient (+ low high) 2))))
        (let loop ((i low) (j high))
          (if (<= i j)
              (let ((i (scan-up data i pivot))
                    (j (scan-down data j pivot)))
                (if (<= i j)
                    (begin
                      (swap! data i j)
                      (loop (+ i 1) (- j 1)))
                    (loop i j)))
              (begin
                (qsort! data low j)
                (qsort! data i high)))))))

(define (scan-up data i pivot)
  (if (< (vector-ref data i) pivot)
      (scan-up data (+ i 1) pivot)
      i))

(define (scan-down data j pivot)
  (if (> (vector-ref data j) pivot)
      (scan-down data (- j 1) pivot)
      j))

(define (sorted? data)
  (let loop ((i 1))
    (cond ((>= i (vector-length data)) #t)
          ((< (vector-ref data i) (vector-ref data (- i 1))) #f)
          (else (loop (+ i 1))))))

(define (sum data)
  (let loop ((i 0) (total 0))
    (if (= i (vector-length data))
        total
        (loop (+ i 1) (+ total (vector-ref data i))))))

(define (main n)
  (let ((data (make-data n)))
    (qsort! data 0 (- n 1))
    (if (sorted? data)
        (sum data)
        'not-sorted)))

(bench-run "qsort" (lambda () (main size)) (sum (make-data size)))
