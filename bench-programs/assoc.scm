;; Searching lists: `assq`, `assv`, `assoc`, `memq`, `memv` and `member`, the last ones
;; with keys that only `equal?` finds.

;; @size full=2000 zeal=20
(define size 2000)

(define (numbers n)
  (let loop ((i (- n 1)) (list '()))
    (if (< i 0)
        list
        (loop (- i 1) (cons i list)))))

(define (symbol-of i)
  (string->symbol (string-append "key" (number->string i))))

(define keys (map symbol-of (numbers size)))
(define by-symbol (map (lambda (k i) (cons k i)) keys (numbers size)))
(define by-number (map (lambda (i) (cons i i)) (numbers size)))
(define texts (map number->string (numbers size)))
(define by-text (map (lambda (t i) (cons t i)) texts (numbers size)))
(define points (map (lambda (i) (list i (+ i 1))) (numbers size)))

(define (sum-found find table keys)
  (let loop ((keys keys) (sum 0))
    (if (null? keys)
        sum
        (loop (cdr keys) (+ sum (cdr (find (car keys) table)))))))

(define (sum-left find items list)
  (let loop ((items items) (sum 0))
    (if (null? items)
        sum
        (loop (cdr items) (+ sum (length (find (car items) list)))))))

(define (main)
  (list (sum-found (lambda (k l) (assq k l)) by-symbol keys)
        (sum-found (lambda (k l) (assv k l)) by-number (numbers size))
        (sum-found (lambda (k l) (assoc k l)) by-text (map string-copy texts))
        (sum-left (lambda (k l) (memq k l)) keys keys)
        (sum-left (lambda (k l) (memv k l)) (numbers size) (numbers size))
        (sum-left (lambda (k l) (member k l)) (map list-copy points) points)))

(define below (quotient (* size (- size 1)) 2))
(define upto (quotient (* size (+ size 1)) 2))

(bench-run "assoc" main (list below below below upto upto upto))
