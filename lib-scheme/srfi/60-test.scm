;;; SRFI 60.

(import (scheme base) (scheme write) (srfi 60))

(define-syntax show
  (syntax-rules ()
    ((_ expression ...)
     (begin
       (begin
         (write 'expression)
         (display " => ")
         (write expression)
         (newline))
       ...))))

(define-syntax report
  (syntax-rules ()
    ((_ expression) (guard (e ((error-object? e) (error-object-message e))) expression))))

(define big (expt 2 70))

(show (list (logand 12 10) (logior 12 10) (logxor 12 10) (lognot 10))
      (list (bitwise-and 12 10) (bitwise-ior 12 10) (bitwise-xor 12 10) (bitwise-not 10))
      (list (bitwise-if 3 1 8) (bitwise-merge 3 8 1))
      (list (logtest 4 11) (logtest 4 7) (any-bits-set? 4 7))
      (list (logcount 170) (bit-count 0) (bit-count -2))
      (map integer-length (list 170 0 -8 7 big))
      (map log2-binary-factors (list 1 2 40 0 big))
      (map first-set-bit '(1 2 40 0))
      (map (lambda (i) (logbit? i 13)) '(0 1 2 3 4))
      (bit-set? 70 big)
      (list (copy-bit 0 0 #t) (copy-bit 2 0 #t) (copy-bit 2 15 #f))
      (list (bit-field 858 0 4) (bit-field 858 4 9))
      (list (copy-bit-field 858 0 0 4) (copy-bit-field 858 -1 0 4) (copy-bit-field 858 54 5 9))
      (list (ash 8 3) (ash 10 -1) (ash -1 -5) (arithmetic-shift 1 3))
      (= (ash 1 70) big)
      (list (rotate-bit-field 4 3 0 4) (rotate-bit-field 4 -1 0 4))
      (list (reverse-bit-field 167 0 8) (reverse-bit-field 1 0 70))
      (integer->list 5)
      (integer->list 5 8)
      (integer->list 5 2)
      (list->integer '(#t #f #t))
      (booleans->integer #t #f #t #f)
      (booleans->integer)
      (= (list->integer (integer->list big)) big))

(show (report (logand 1 'x))
      (report (logtest 1 2.5))
      (report (copy-bit-field 1 2 3 -1))
      (report (integer->list -1))
      (report (list->integer '(1 . 2)))
      (report (ash "x" 1)))
