;; The classes of characters.
(define (row c)
  (write (map (lambda (p) (if (p c) 1 0))
              (list char-alphabetic? char-numeric? char-whitespace?
                    char-upper-case? char-lower-case?)))
  (newline))
(for-each row (list #\a #\Z #\5 #\space #\newline #\- #\λ #\É #\_))
(write (map char? (list #\a "a" 'a 97)))
(newline)
