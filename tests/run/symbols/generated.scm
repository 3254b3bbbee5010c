;; Symbols made at run time.
(define (numbered prefix n)
  (string->symbol (string-append prefix (number->string n))))
(define symbols
  (let loop ((i 0) (l '()))
    (if (= i 5) (reverse l) (loop (+ i 1) (cons (numbered "g" i) l)))))
(write symbols)
(newline)
(write (eq? (list-ref symbols 3) 'g3))
(newline)
(write (map (lambda (s) (string-length (symbol->string s))) (list (numbered "x" 1000) 'y)))
(newline)
