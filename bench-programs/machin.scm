;; Digits of pi by Machin's formula with one large integer, printed: long bignums divided
;; by small ones, and one conversion. Checked against Stormer's formula.

;; @size full=10000 zeal=30
(define size 10000)

(define guard-digits 10)

;; The digits for a list of (coefficient . inverse): pi/4 is the sum of each coefficient
;; times the arc tangent of 1/inverse.
(define (digits count terms)
  (let* ((unity (expt 10 (+ count guard-digits -1)))
         (scaled (* 4 (sum-terms terms unity))))
    (number->string (quotient scaled (expt 10 guard-digits)))))

(define (sum-terms terms unity)
  (if (null? terms)
      0
      (+ (* (caar terms) (scaled-arctan (cdar terms) unity))
         (sum-terms (cdr terms) unity))))

(define (scaled-arctan inverse unity)
  (let ((square (* inverse inverse)))
    (let loop ((power (quotient unity inverse)) (odd 1) (sign 1) (sum 0))
      (if (= power 0)
          sum
          (loop (quotient power square)
                (+ odd 2)
                (- sign)
                (+ sum (* sign (quotient power odd))))))))

(define (main count)
  (digits count '((4 . 5) (-1 . 239))))

(bench-run "machin"
           (lambda () (main size))
           (digits size '((6 . 8) (2 . 57) (1 . 239))))
