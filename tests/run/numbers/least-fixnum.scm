; The least fixnum has no negative among the fixnums: subtracting it is no addition.
(define (from a) (- a -1152921504606846976))
(define (to a) (- -1152921504606846976 a))
(define (negate a) (- a))
(for-each
 (lambda (n)
   (display (from n)) (newline)
   (display (to n)) (newline)
   (display (+ n -1152921504606846976)) (newline))
 '(0 1 -1 1152921504606846975 -1152921504606846976))
(display (negate -1152921504606846976)) (newline)
(display (* -1152921504606846976 -1)) (newline)
(display (quotient -1152921504606846976 -1)) (newline)
