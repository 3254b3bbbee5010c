;; String ports: text of about `size` characters is written by characters, strings and
;; numbers, read back by lines, by characters and by blocks, and counted.

;; @size full=10000000 zeal=200
(define size 10000000)

;; A line is a number, a tab, a word and 20 stars: about 40 characters.
(define (write-line-of n port)
  (display n port)
  (write-char #\tab port)
  (write-string "word" port)
  (let loop ((i 0))
    (if (< i 20)
        (begin
          (write-char #\* port)
          (loop (+ i 1)))))
  (write-char #\newline port))

(define (write-text count)
  (let ((port (open-output-string)))
    (let loop ((n 0))
      (if (< n count)
          (begin
            (write-line-of n port)
            (loop (+ n 1)))))
    (get-output-string port)))

(define (count-lines text)
  (let ((port (open-input-string text)))
    (let loop ((lines 0) (characters 0))
      (let ((line (read-line port)))
        (if (eof-object? line)
            (cons lines characters)
            (loop (+ lines 1) (+ characters (string-length line))))))))

(define (count-stars text)
  (let ((port (open-input-string text)))
    (let loop ((stars 0))
      (let ((c (read-char port)))
        (cond ((eof-object? c) stars)
              ((char=? c #\*) (loop (+ stars 1)))
              (else (loop stars)))))))

(define (count-blocks text)
  (let ((port (open-input-string text)))
    (let loop ((characters 0))
      (let ((block (read-string 4096 port)))
        (if (eof-object? block)
            characters
            (loop (+ characters (string-length block))))))))

(define (main lines)
  (let* ((text (write-text lines))
         (by-line (count-lines text)))
    (list (= (string-length text) (count-blocks text))
          (= (string-length text) (+ (car by-line) (cdr by-line)))
          (car by-line)
          (count-stars text))))

(define lines (quotient size 32))

(bench-run "ports"
           (lambda () (main lines))
           (list #t #t lines (* 20 lines)))
