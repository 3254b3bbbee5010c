;; Smith-Waterman local alignment of two pseudo-random DNA strings: a dynamic
;; program over vectors, with string access.  The score of the best local
;; alignment is the result.

;; @size full=3000 zeal=30
(define size 3000)

(define match-score 5)
(define mismatch-score -4)
(define gap-score -7)

(define (next-random seed)
  (modulo (+ (* seed 3877) 29573) 139968))

(define (make-strand n seed)
  (let ((strand (make-string n #\A)))
    (let loop ((i 0) (seed seed))
      (if (= i n)
          strand
          (let ((seed (next-random seed)))
            (string-set! strand i (string-ref "ACGT" (quotient seed 34992)))
            (loop (+ i 1) seed))))))

(define (max2 a b) (if (< a b) b a))

(define (cell-score a b i j row above)
  (max2 (max2 0
              (+ (vector-ref above (- j 1))
                 (if (char=? (string-ref a (- i 1)) (string-ref b (- j 1)))
                     match-score
                     mismatch-score)))
        (max2 (+ (vector-ref above j) gap-score)
              (+ (vector-ref row (- j 1)) gap-score))))

;; Fills the matrix row by row and returns its largest cell.
(define (fill-matrix! matrix a b)
  (let ((rows (string-length a))
        (columns (string-length b)))
    (let next-row ((i 1) (best 0))
      (if (> i rows)
          best
          (let ((row (vector-ref matrix i))
                (above (vector-ref matrix (- i 1))))
            (let next-column ((j 1) (best best))
              (if (> j columns)
                  (next-row (+ i 1) best)
                  (let ((score (cell-score a b i j row above)))
                    (vector-set! row j score)
                    (next-column (+ j 1) (max2 best score))))))))))

(define (make-matrix rows columns)
  (let ((matrix (make-vector rows #f)))
    (let loop ((i 0))
      (if (= i rows)
          matrix
          (begin
            (vector-set! matrix i (make-vector columns 0))
            (loop (+ i 1)))))))

(define (main n)
  (let ((a (make-strand n 42))
        (b (make-strand n 4711)))
    (fill-matrix! (make-matrix (+ n 1) (+ n 1)) a b)))

(define (expected n)
  (cond ((= n 3000) 933)
        ((= n 30) 22)
        (else 'unknown-size)))

(bench-run "smith-waterman" (lambda () (main size)) (expected size))
