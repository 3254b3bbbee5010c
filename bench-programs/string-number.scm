;; `string->number` and `number->string`: integers, decimals and fractions.

;; @size full=1000000 zeal=20
(define size 1000000)

(define (text-of i)
  (let ((k (remainder i 4)))
    (cond ((= k 0) (number->string i))
          ((= k 1) (string-append (number->string i) ".25"))
          ((= k 2) (string-append "-" (number->string i) "e-2"))
          (else (string-append (number->string i) "/3")))))

(define (texts n)
  (let loop ((i 0) (texts '()))
    (if (< i n)
        (loop (+ i 1) (cons (text-of i) texts))
        texts)))

(define all-texts (texts size))

(define (read-all texts)
  (let loop ((texts texts) (integers 0) (flonums 0))
    (if (null? texts)
        (list integers flonums)
        (let ((x (string->number (car texts))))
          (cond ((not x) 'not-a-number)
                ((inexact? x) (loop (cdr texts) integers (+ flonums 1)))
                (else (loop (cdr texts) (+ integers (floor x)) flonums)))))))

(define (write-all n)
  (let loop ((i 0) (length 0))
    (if (< i n)
        (loop (+ i 1)
              (+ length
                 (string-length (number->string i))
                 (string-length (number->string (+ i .5)))))
        length)))

;; What `write-all` comes to, counted digit by digit. Some systems print .5 without a zero.
(define (digits i)
  (if (< i 10) 1 (+ 1 (digits (quotient i 10)))))

(define (count-digits n)
  (let loop ((i 1) (sum (+ 1 (string-length (number->string .5)))))
    (if (< i n)
        (loop (+ i 1) (+ sum (* 2 (digits i)) 2))
        sum)))

(define (sum-exact n)
  (let loop ((i 0) (sum 0))
    (if (< i n)
        (loop (+ i 1)
              (cond ((= (remainder i 4) 0) (+ sum i))
                    ((= (remainder i 4) 3) (+ sum (quotient i 3)))
                    (else sum)))
        sum)))

(define (main n)
  (list (read-all all-texts) (write-all (quotient n 4))))

(bench-run "string-number"
           (lambda () (main size))
           (list (list (sum-exact size) (quotient size 2))
                 (count-digits (quotient size 4))))
