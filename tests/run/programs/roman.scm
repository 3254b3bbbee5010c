;; Roman numerals in both directions, with validation.
(define numerals
  '((1000 "M") (900 "CM") (500 "D") (400 "CD") (100 "C") (90 "XC") (50 "L") (40 "XL")
    (10 "X") (9 "IX") (5 "V") (4 "IV") (1 "I")))

(define (number->roman n)
  (let loop ((n n) (table numerals) (text ""))
    (cond ((= n 0) text)
          ((>= n (caar table)) (loop (- n (caar table)) table (string-append text (cadar table))))
          (else (loop n (cdr table) text)))))

(define (prefix? prefix text)
  (and (<= (string-length prefix) (string-length text))
       (string=? prefix (substring text 0 (string-length prefix)))))

(define (roman->number text)
  (let loop ((rest text) (table numerals) (n 0))
    (cond ((string=? rest "")
           (if (string=? text (number->roman n)) n (error "not well formed" text)))
          ((null? table) (error "not a numeral" text))
          ((prefix? (cadar table) rest)
           (loop (substring rest (string-length (cadar table)) (string-length rest))
                 table
                 (+ n (caar table))))
          (else (loop rest (cdr table) n)))))

(for-each
 (lambda (n)
   (let ((roman (number->roman n)))
     (write (list n roman (roman->number roman)))
     (newline)))
 '(1 4 9 14 40 90 400 1954 1999 2024 3999))
(for-each
 (lambda (text)
   (write (guard (e ((error-object? e)
                     (cons (error-object-message e) (error-object-irritants e))))
            (roman->number text)))
   (newline))
 '("IIII" "ABC" "IM" "MMXX"))
(write (let loop ((i 1) (good 0))
         (if (> i 120)
             good
             (loop (+ i 1) (if (= i (roman->number (number->roman i))) (+ good 1) good)))))
(newline)
