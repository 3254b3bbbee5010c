;; Upper, lower and folded case, also outside ASCII.
(define (row c)
  (write (list c (char-upcase c) (char-downcase c) (char-foldcase c)))
  (newline))
(for-each row (list #\a #\A #\1 #\ß #\λ #\Σ #\É))
