;; Data of every kind, there and back by way of a third node.

(define (same x there third)
  (let ((y (by-way-of there third (lambda () x))))
    (and (equal? x y) (eqv? (exact-part x) (exact-part y)))))

(define (exact-part x) (if (number? x) (exact? x) #t))

(define (numbers)
  (list 0 1 -1 255 256 -256 65536 1152921504606846975 -1152921504606846976
        1152921504606846976 -1152921504606846977 18446744073709551616 -18446744073709551616
        (expt 2 61) (- (expt 2 61)) (expt 10 100) (- (expt 7 500)) (expt 2 64) (- (expt 2 64) 1)
        1/2 -1/3 (/ (expt 10 40) 7) 0.0 1.5 -1.5 1e300 -1e-300 5e-324 1.7976931348623157e308
        +inf.0 -inf.0 +i 1+2i 1/2-3/4i 1.5+2.5i))

(define (symbols)
  (list 'a '|| '|a b| '|A| 'λ '|(| '|"| '|\|| '|12| '+ '... '|.| '|#foo| 'name: '|with\nnewline|
        (string->symbol (make-string 300 #\x)) (string->symbol "\x1F600;")))

(define (strings)
  (list "" "a" "ünïcödé" "日本語" "\x1F600;\x10FFFF;" "a\x0;b" "\"\\\n\t" (make-string 10000 #\λ)))

(define (cycle n)
  (let ((l (list-tabulate n (lambda (i) i))))
    (set-cdr! (list-tail l (- n 1)) l)
    l))

(define (run here there third)
  (show
   (map (lambda (x) (same x there third)) (numbers))
   (map (lambda (x) (same x there third)) (symbols))
   (map (lambda (x) (same x there third)) (strings))
   (by-way-of there third symbols)
   (map eq? (symbols) (by-way-of there third symbols))
   (map number->string (by-way-of there third (lambda () (list +nan.0 -0.0 0.0 +inf.0 1e21 0.1))))
   (on there (lambda () (list (eqv? -0.0 0.0) (eqv? -0.0 (- 0.0)) (nan? +nan.0))))
   (let ((x -0.0) (nan +nan.0)) (by-way-of there third (lambda () (list (eqv? x -0.0) (/ 1 x) (nan? nan)))))
   (let ((n (expt 3 1000))) (on there (lambda () (= n (expt 3 1000)))))
   (let ((n (expt 3 1000))) (= n (quotient (on there (lambda () (* n n))) n)))
   (exact->inexact (on there (lambda () 1/3)))
   (let ((c (list #\a #\nul #\x10FFFF #\λ #\space #\newline #\x7f))) (equal? c (by-way-of there third (lambda () c))))
   (by-way-of there third (lambda () (list #t #f '() (if #f #f) (eof-object) #!default)))
   (by-way-of there third (lambda () (list (void) 'name: #!eof)))
   ;; Strings can be changed where they are; literals cannot.
   (let ((s (on there (lambda () (make-string 3 #\a))))) (string-set! s 1 #\λ) s)
   (let ((s (make-string 3 #\a))) (on there (lambda () (string-set! s 0 #\b) s)))
   (let ((s (make-string 3 #\a))) (on there (lambda () (string-set! s 0 #\b))) s)
   (let* ((s (string #\x)) (both (on there (lambda () (cons s s))))) (string-set! (car both) 0 #\y) (cdr both))
   (on there (lambda () (let ((s (string-copy "日本"))) (string-set! s 0 #\a) (string-append s s))))
   (string-append "x" (on there (lambda () (symbol->string 'abc))))
   (string->symbol (by-way-of there third (lambda () "made there")))
   ;; Vectors and bytevectors.
   (by-way-of there third (lambda () (vector 1 "two" #\3 'four 5.0 '(6))))
   (by-way-of there third (lambda () #()))
   (let ((v (on there (lambda () (make-vector 3 'x))))) (vector-set! v 0 'y) v)
   (let ((v (vector 1 2 3))) (on there (lambda () (vector-fill! v 0))) v)
   (by-way-of there third (lambda () (bytevector 0 127 128 255)))
   (by-way-of there third (lambda () (bytevector)))
   (let ((b (on there (lambda () (make-bytevector 4 1))))) (bytevector-u8-set! b 0 9) b)
   (let ((v (list->vector (iota 10000)))) (equal? v (by-way-of there third (lambda () v))))
   (let ((b (make-bytevector 100000 7))) (equal? b (by-way-of there third (lambda () b))))
   ;; Long and deep.
   (length (by-way-of there third (lambda () (iota 100000))))
   (let loop ((x (by-way-of there third (lambda () (let nest ((n 50000) (x '())) (if (= n 0) x (nest (- n 1) (list x))))))) (depth 0))
     (if (pair? x) (loop (car x) (+ depth 1)) depth))
   (let loop ((x (by-way-of there third (lambda () (let nest ((n 20000) (x #f)) (if x (if (= n 0) x (nest (- n 1) (vector x))) (nest n 'x)))))) (depth 0))
     (if (vector? x) (loop (vector-ref x 0) (+ depth 1)) (list x depth)))
   ;; Shared and cyclic.
   (let ((c (by-way-of there third (lambda () (cycle 3))))) (list (list-head c 7) (eq? c (cdddr c))))
   (let ((c (cycle 1))) (on there (lambda () (eq? c (cdr c)))))
   (let* ((v (vector 1 2)) (u (begin (vector-set! v 0 v) (by-way-of there third (lambda () v))))) (eq? u (vector-ref u 0)))
   (let* ((x (list 1)) (y (on there (lambda () (list x x (list x)))))) (list (eq? (car y) (cadr y)) (eq? (car y) (caaddr y)) (eq? x (car y))))
   (on there (lambda () (let ((x (list 1))) (let ((y (on third (lambda () (vector x x))))) (set-car! (vector-ref y 0) 2) (list x y)))))
   (let* ((shared (string #\s)) (message (on there (lambda () (list (lambda () shared) shared))))) (eq? ((car message)) (cadr message)))
   (by-way-of there third (lambda () '(quoted "literal" #(1 2) . tail)))
   (let ((l '(1 . 2))) (by-way-of there third (lambda () (eq? l l))))
   (by-way-of there third (lambda () (cons* 1 2 3)))
   ;; Symbols that nobody interned are themselves.
   (let* ((g (generate-symbol)) (h (by-way-of there third (lambda () (list g g))))) (list (symbol? (car h)) (eq? (car h) (cadr h)) (eq? (car h) (generate-symbol))))))
