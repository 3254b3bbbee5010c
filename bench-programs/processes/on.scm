;; The round trip of a small closure to another node, of code that the node has, and of
;; code that it lacks, which then travels too.

(define peer (await-peer))

(define (make-adder x)
  (lambda () (+ x 1)))

(define (warm n)
  (let loop ((i 0) (sum 0))
    (if (= i n)
        sum
        (loop (+ i 1) (+ sum (on peer (make-adder i)))))))

(bench-row "on-warm" 3000 warm 4501500)

(define serial 0)

;; A closure whose code nobody has yet.
(define (fresh)
  (set! serial (+ serial 1))
  ((eval `(lambda (x) (lambda () (+ x ,serial)))) 1))

(define (cold closures)
  (let loop ((closures closures) (last #f))
    (if (null? closures)
        last
        (loop (cdr closures) (on peer (car closures))))))

(define (fresh-ones n)
  (if (= n 0)
      '()
      (let ((first (fresh)))
        (cons first (fresh-ones (- n 1))))))

(define (sample)
  (let ((closures (fresh-ones 300)))
    (bench-once "on-cold" 300 (lambda (n) (cold closures)) (+ 1 serial))))

(cold (fresh-ones 100))
(sample)
(sample)
(sample)

;; A node would stay up after its script.
(exit)
