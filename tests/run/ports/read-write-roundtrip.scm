;; What is written can be read back.
(import (scheme read))
(define (roundtrip x)
  (let ((out (open-output-string)))
    (write x out)
    (read (open-input-string (get-output-string out)))))
(for-each
 (lambda (x)
   (write (equal? x (roundtrip x)))
   (newline))
 (list 'abc "a\"b\\c\n" #\space #\x '(1 (2 "three") . #\4) (vector 1 'b '())
       1.5 -0.25 1e100 123456789012345678901234567890 1/3 '|odd symbol|
       (string->symbol "") '() #t #f (list "" 'a.b '->x) (string->symbol "1")))
