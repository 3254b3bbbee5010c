;; Exact numbers beyond fixnums: factorials, ratios, powers, conversion.
(define (factorial n) (if (= n 0) 1 (* n (factorial (- n 1)))))

(define (harmonic n)
  (do ((i 1 (+ i 1)) (sum 0 (+ sum (/ 1 i))))
      ((> i n) sum)))

(define (expmod base e m)
  (let loop ((base base) (e e) (acc 1))
    (cond ((= e 0) acc)
          ((odd? e) (loop (modulo (* base base) m) (quotient e 2) (modulo (* acc base) m)))
          (else (loop (modulo (* base base) m) (quotient e 2) acc)))))

(define (digit-sum n) (if (= n 0) 0 (+ (remainder n 10) (digit-sum (quotient n 10)))))

(define (overflow)
  (let loop ((i 0) (x 1))
    (if (= i 70) x (loop (+ i 1) (+ x x)))))

(define (run n)
  (list (factorial n) (harmonic 8) (expmod 7 1234 1009) (digit-sum (factorial n)) (overflow)
        (- (expt 2 60)) (* 4294967296 4294967296) (- (- (expt 2 60)) 1)
        (exact->inexact (/ (factorial 20) (factorial 18)))
        (gcd 84 -36) (lcm 4 6) (call-with-values (lambda () (exact-integer-sqrt 17)) list)
        (string->number "123456789012345678901234567890") (number->string 1/3 2)
        (bitwise-and 12 10) (bitwise-xor -1 5) (arithmetic-shift 1 65)
        (< 1/2 0.5 1) (max 1 2.0 3/2) (quotient (factorial 15) -7) (modulo -7 2)))

(run 25)
