;; Digits of pi by the unbounded spigot of Gibbons: bignum multiplication,
;; addition and division.

;; @size full=1000 zeal=20
(define size 1000)

;; The next digit is certain when both bounds on the rest of the expansion
;; give the same one.
(define (main count)
  (let loop ((q 1) (r 0) (t 1) (k 1) (n 3) (l 3) (digits '()) (left count))
    (cond ((= left 0)
           (list->string (reverse digits)))
          ((< (- (+ (* 4 q) r) t) (* n t))
           (loop (* 10 q)
                 (* 10 (- r (* n t)))
                 t
                 k
                 (- (quotient (* 10 (+ (* 3 q) r)) t) (* 10 n))
                 l
                 (cons (digit->char n) digits)
                 (- left 1)))
          (else
           (loop (* q k)
                 (* (+ (* 2 q) r) l)
                 (* t l)
                 (+ k 1)
                 (quotient (+ (* q (+ (* 7 k) 2)) (* r l)) (* t l))
                 (+ l 2)
                 digits
                 left)))))

(define (digit->char n)
  (string-ref "0123456789" n))

;; The digits by Machin's formula with one large integer, to compare with.
(define (machin count)
  (let* ((guard 10)
         (unity (expt 10 (+ count guard -1)))
         (scaled (* 4 (- (* 4 (scaled-arctan 5 unity))
                         (scaled-arctan 239 unity)))))
    (number->string (quotient scaled (expt 10 guard)))))

(define (scaled-arctan inverse unity)
  (let ((square (* inverse inverse)))
    (let loop ((power (quotient unity inverse)) (odd 1) (sign 1) (sum 0))
      (if (= power 0)
          sum
          (loop (quotient power square)
                (+ odd 2)
                (- sign)
                (+ sum (* sign (quotient power odd))))))))

(bench-run "pi" (lambda () (main size)) (machin size))
