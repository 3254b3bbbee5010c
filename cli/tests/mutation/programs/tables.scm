;; Hash tables, association, memoising, symbols as keys.
(define (count-all items)
  (let ((table (make-hash-table)))
    (for-each (lambda (x) (hash-table-update!/default table x (lambda (n) (+ n 1)) 0)) items)
    (list (hash-table-count table)
          (hash-table-ref/default table "a" #f)
          (hash-table-ref/default table '(1 2) #f))))

(define memo (make-hash-table))

(define (fib n)
  (cond ((< n 2) n)
        ((hash-table-ref/default memo n #f))
        (else
         (let ((v (+ (fib (- n 1)) (fib (- n 2)))))
           (hash-table-set! memo n v)
           v))))

(define (invert table)
  (let ((new (make-hash-table)))
    (hash-table-walk table (lambda (k v) (hash-table-set! new v k)))
    new))

(define (run n)
  (let ((t (make-hash-table)))
    (do ((i 0 (+ i 1)))
        ((= i n))
      (hash-table-set! t i (* i i)))
    (hash-table-delete! t 3)
    (list (count-all (list "a" '(1 2) "b" (list 1 2) (string #\a) 1.5))
          (fib 40)
          (hash-table-ref/default (invert t) 16 'none)
          (hash-table-count t)
          (guard (e (#t 'missing)) (hash-table-ref t 'nope)))))

(run 10)
