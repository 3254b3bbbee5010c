;; Strings: built by ports and by string-append, taken apart into lists and
;; substrings, compared, and turned into numbers and symbols and back.

;; @size full=60000 zeal=10
(define size 60000)

(define (number-words from to)
  (if (> from to)
      '()
      (cons (number->string from)
            (number-words (+ from 1) to))))

;; The words separated by commas, by way of a string port.
(define (join words)
  (let ((port (open-output-string)))
    (let loop ((words words) (first #t))
      (if (pair? words)
          (begin
            (if (not first) (write-char #\, port))
            (display (car words) port)
            (loop (cdr words) #f))))
    (get-output-string port)))

;; The parts of a text between commas, by way of a string port.
(define (split text)
  (let ((port (open-input-string text)))
    (let loop ((word '()) (words '()))
      (let ((c (read-char port)))
        (cond ((eof-object? c)
               (reverse (cons (list->string (reverse word)) words)))
              ((char=? c #\,)
               (loop '() (cons (list->string (reverse word)) words)))
              (else
               (loop (cons c word) words)))))))

(define (reverse-text text)
  (list->string (reverse (string->list text))))

(define (palindrome text)
  (string-append text "-" (reverse-text text)))

(define (palindrome? text)
  (let loop ((i 0) (j (- (string-length text) 1)))
    (or (>= i j)
        (and (char=? (string-ref text i) (string-ref text j))
             (loop (+ i 1) (- j 1))))))

(define (second-half text)
  (substring text (+ 1 (quotient (string-length text) 2))
             (string-length text)))

;; Sums what the palindromes of all words give back; 0 for a broken one.
(define (check words)
  (let loop ((words words) (sum 0))
    (if (null? words)
        sum
        (let* ((word (car words))
               (both (palindrome word)))
          (loop (cdr words)
                (if (and (palindrome? both)
                         (string=? word (reverse-text (second-half both)))
                         (eq? (string->symbol word) (string->symbol word)))
                    (+ sum (string->number word))
                    0))))))

(define (main n)
  (check (split (join (number-words 1 n)))))

(bench-run "string"
           (lambda () (main size))
           (quotient (* size (+ size 1)) 2))
