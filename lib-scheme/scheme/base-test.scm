;;; Every export of (scheme base). Each line of the output is an expression and its value.

(import (scheme base) (scheme write))

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

(define-syntax show-values
  (syntax-rules ()
    ((_ expression ...)
     (begin
       (begin
         (write 'expression)
         (display " => ")
         (call-with-values (lambda () expression)
           (lambda results (write results)))
         (newline))
       ...))))

;; The kind of what an expression raises: `error` for error objects.
(define-syntax raised
  (syntax-rules ()
    ((_ expression)
     (guard (e ((error-object? e) 'error) (else e)) expression))))

;; -- forms --

(define-values (dv-a dv-b . dv-rest) (values 1 2 3 4))
(define-record-type point (make-point x y) point? (x point-x set-point-x!) (y point-y))
(define-syntax swap!
  (syntax-rules ()
    ((_ a b) (let ((tmp a)) (set! a b) (set! b tmp)))))
(define-syntax my-list-of
  (syntax-rules (=>)
    ((_ (_ => x) ...) (list x ...))))

(show (and)
      (and 1 2)
      (and #f 2)
      (or)
      (or #f 2)
      (begin 1 2)
      (case 3 ((1 2) 'low) ((3 4) 'middle) (else 'high))
      (case 9 ((1) 'one) (else => (lambda (x) (list x 'other))))
      (cond ((assv 2 '((1 . a) (2 . b))) => cdr) (else 'none))
      (cond (#f 1) (else 2))
      (cond-expand (r7rs 'r7rs) (else 'other))
      (list dv-a dv-b dv-rest)
      (let ((p (make-point 1 2))) (set-point-x! p 10) (list (point? p) (point? 5) (point-x p) (point-y p)))
      (let ((a 1) (b 2)) (swap! a b) (list a b))
      (my-list-of (a => 1) (b => 2))
      (do ((i 0 (+ i 1)) (l '() (cons i l))) ((= i 3) l))
      (guard (e ((symbol? e) (list 'caught e))) (raise 'boom))
      (if #f 1 2)
      ((lambda (a . rest) (list a rest)) 1 2 3)
      (let loop ((i 0)) (if (< i 10) (loop (+ i 1)) i))
      (let* ((a 1) (b (+ a 1))) (list a b))
      (let-values (((a b) (values 1 2)) ((c) (values 3))) (list a b c))
      (let*-values (((a) (values 1)) ((b) (values (+ a 1)))) (list a b))
      (letrec ((even? (lambda (n) (or (= n 0) (odd? (- n 1))))) (odd? (lambda (n) (and (> n 0) (even? (- n 1)))))) (even? 100))
      (letrec* ((a 1) (b (+ a 1))) b)
      (let-syntax ((twice (syntax-rules () ((_ x) (list x x))))) (twice 1))
      (letrec-syntax ((none (syntax-rules () ((_) '()) ((_ x y ...) (cons x (none y ...)))))) (none 1 2))
      (let ((p (make-parameter 1))) (list (p) (parameterize ((p 2)) (p)) (p)))
      `(1 ,(+ 1 1) ,@(list 3 4))
      '(quoted data)
      (let ((x 1)) (set! x 2) x)
      (when #t 1 2)
      (unless #f 1 2))

;; -- booleans and equivalence --

(show (boolean? #f) (boolean? 0)
      (boolean=? #t #t #t) (boolean=? #t #f)
      (eq? 'a 'a) (eq? (list 1) (list 1))
      (eqv? 100000000000000000000 100000000000000000000) (eqv? 1 1.0)
      (equal? '(1 #(2 "three")) '(1 #(2 "three"))) (equal? "a" "b")
      (not #f) (not '()))

;; -- numbers --

(show (* 2 3 4) (*) (+ 1 2 3) (+) (- 10 1 2) (- 5) (/ 6 4) (/ 2)
      (< 1 2 3) (< 1 3 2) (<= 1 1 2) (= 1 1 1) (> 3 2 1) (>= 3 3 4)
      (abs -7) (ceiling 3/2) (complex? 1) (denominator 6/4) (even? 4)
      (exact 2.0) (exact-integer? 5) (exact-integer? 5.0) (exact? 1/2)
      (expt 2 100) (expt 2.0 3) (floor -3/2) (floor-quotient -7 2) (floor-remainder -7 2)
      (gcd 12 18) (gcd) (inexact 1/4) (inexact? 1.0) (integer? 3.0) (integer? 3.5)
      (lcm 4 6) (max 1 3 2) (min 1 3 2) (modulo -7 2) (negative? -1)
      (number->string 255 16) (number? 'a) (numerator 6/4) (odd? 3) (positive? 1)
      (quotient -7 2) (rational? 1/2) (rationalize 3/10 1/10) (real? 1.5) (remainder -7 2)
      (round 5/2) (round 7/2) (square 5) (string->number "ff" 16) (string->number "zz")
      (truncate -3/2) (truncate-quotient -7 2) (truncate-remainder -7 2) (zero? 0))
(show-values (exact-integer-sqrt 17) (floor/ -7 2) (truncate/ -7 2))
(show (raised (exact-integer-sqrt -1)) (raised (/ 1 0)) (raised (+ 'a 1)))

;; -- pairs and lists --

(define (copy-and-set list k x)
  (let ((copy (list-copy list)))
    (list-set! copy k x)
    copy))

(show (append '(1) '(2) '(3 4) '()) (append) (append '(1) 2)
      (assoc 2.0 '((1 . a) (2 . b)) =) (assoc "b" '(("a" . 1) ("b" . 2)))
      (assq 'c '((a 1) (b 2))) (assv 5 '((2 3) (5 7)))
      (caar '((1) 2)) (cadr '(1 2)) (car '(1 2)) (cdar '((1 2))) (cddr '(1 2 3)) (cdr '(1 2))
      (cons 1 2)
      (let ((sum 0)) (for-each (lambda (x) (set! sum (+ sum x))) '(1 2 3)) sum)
      (let ((l '())) (for-each (lambda (a b) (set! l (cons (+ a b) l))) '(1 2 3) '(10 20)) l)
      (let ((l '())) (for-each (lambda (a b c) (set! l (cons (+ a b c) l))) '(1 2) '(10 20) '(100 200)) l)
      (length '(1 2 3)) (list 1 2 3) (list-copy '(1 2 . 3))
      (list-ref '(a b c) 2) (copy-and-set '(a b c) 1 'x) (list-tail '(a b c) 2)
      (list? '(1 2)) (list? '(1 . 2)) (make-list 2 'x)
      (map square '(1 2 3)) (map + '(1 2 3) '(10 20)) (map + '(1 2) '(10 20) '(100 200))
      (map cadr '((a b) (d e) (g h)))
      (let ((circle (list 1 2))) (set-cdr! (cdr circle) circle) (map + circle '(10 20 30)))
      (member "b" '("a" "b" "c")) (member 2.0 '(1 2 3) =) (member 4 '(1 2 3) =)
      (memq 'c '(a b c d)) (memq 'x '(a b)) (memv 101 '(100 101 102))
      (null? '()) (pair? '()) (pair? '(1)) (reverse '(1 2 3))
      (let ((p (cons 1 2))) (set-car! p 3) (set-cdr! p 4) p))
(show (raised (map car 5)) (raised (map car '((1) . 2))) (raised (for-each car 5))
      (raised (length '(1 . 2))) (raised (list-tail '(1) 2)) (raised (vector-ref '#(1) 1)))

;; -- symbols and characters --

(show (char->integer #\A) (integer->char 955)
      (char=? #\a #\a #\a) (char<? #\a #\b #\c) (char>? #\b #\a) (char<=? #\a #\a) (char>=? #\a #\b)
      (char? #\a) (char? "a")
      (string->symbol "hello") (symbol->string 'hello) (symbol=? 'a 'a 'a) (symbol=? 'a 'b)
      (symbol? 'a) (symbol? "a"))

;; -- strings --

(define (char-up c)
  (integer->char (- (char->integer c) 32)))

(define (filled-string)
  (let ((s (make-string 5 #\-)))
    (string-copy! s 1 "abc" 1 3)
    s))

(show (list->string '(#\a #\b)) (make-string 3 #\x) (string #\a #\b)
      (string->list "abc") (string->list "abcd" 1 3) (string->utf8 "aλ")
      (string->vector "abc") (string->vector "abcd" 2)
      (string-append "a" "" "bc") (string-append) (string-copy "abc") (string-copy "abcd" 1 3)
      (filled-string)
      (let ((s (make-string 4 #\a))) (string-fill! s #\b 1 3) s)
      (let ((l '())) (string-for-each (lambda (c) (set! l (cons c l))) "abc") l)
      (let ((l '())) (string-for-each (lambda (a b) (set! l (cons (list a b) l))) "abc" "xy") l)
      (string-length "aλb") (string-map char-up "abc") (string-map (lambda (a b) (if (char<? a b) a b)) "adc" "bbbb")
      (string-ref "abc" 1) (let ((s (string-copy "abc"))) (string-set! s 1 #\λ) s)
      (string<=? "a" "a" "b") (string<? "a" "b" "c") (string=? "a" "a" "b") (string>=? "b" "a") (string>? "b" "a")
      (string? "a") (string? #\a) (substring "hello" 1 3) (utf8->string (bytevector 65 206 187)))
(show (raised (string-ref "abc" 3)) (raised (string-map (lambda (c) 1) "a")) (raised (string-for-each car 5)))

;; -- vectors --

(show (list->vector '(1 2)) (make-vector 2 'x) (vector 1 2) (vector->list '#(1 2 3)) (vector->list '#(1 2 3 4) 1 3)
      (vector->string '#(#\a #\b)) (vector-append '#(1) '#() '#(2 3)) (vector-copy '#(1 2 3) 1)
      (let ((v (vector 1 2 3 4 5))) (vector-copy! v 1 v 0 3) v)
      (let ((v (vector 1 2 3 4))) (vector-fill! v 'x 1 3) v)
      (let ((l '())) (vector-for-each (lambda (x) (set! l (cons x l))) '#(1 2 3)) l)
      (let ((l '())) (vector-for-each (lambda (a b) (set! l (cons (+ a b) l))) '#(1 2 3) '#(10 20)) l)
      (let ((l '())) (vector-for-each (lambda (a b c) (set! l (cons (+ a b c) l))) '#(1) '#(10 20) '#(100)) l)
      (vector-length '#(1 2 3))
      (vector-map square '#(1 2 3)) (vector-map + '#(1 2 3) '#(10 20)) (vector-map + '#(1) '#(10 20) '#(100)) (vector-map car '#())
      (vector-ref '#(1 2 3) 1) (let ((v (vector 1 2))) (vector-set! v 0 'x) v)
      (vector? '#()) (vector? '()))
(show (raised (vector-map car '(1))) (raised (vector-for-each + '#(1) 2)))

;; -- bytevectors --

(show (bytevector 1 2 255) (bytevector-append (bytevector 1) (bytevector) (bytevector 2 3))
      (bytevector-copy #u8(1 2 3) 1 2)
      (let ((b (bytevector 1 2 3 4 5))) (bytevector-copy! b 0 b 2 5) b)
      (bytevector-length #u8(1 2)) (bytevector-u8-ref #u8(1 2) 1)
      (let ((b (make-bytevector 2 0))) (bytevector-u8-set! b 1 7) b)
      (bytevector? #u8()) (bytevector? '#()) (make-bytevector 2 9))

;; -- control --

(show (apply + 1 2 '(3 4)) (apply list '())
      (call-with-current-continuation (lambda (k) (+ 1 (k 42))))
      (call/cc (lambda (k) (for-each (lambda (x) (if (negative? x) (k x))) '(1 -2 3)) 'none))
      (call-with-values (lambda () (values 4 5)) (lambda (a b) b))
      (call-with-values * -)
      (let ((trace '())) (dynamic-wind (lambda () (set! trace (cons 'in trace))) (lambda () (set! trace (cons 'body trace))) (lambda () (set! trace (cons 'out trace)))) (reverse trace))
      (let ((p (make-parameter 5 number->string))) (list (p) (parameterize ((p 6)) (p))))
      (procedure? car) (procedure? 'car) (procedure? (lambda () 1)))
(show-values (values) (values 1) (values 1 2) (call/cc (lambda (k) (k 1 2))))

;; A continuation entered again does not change the results of earlier returns.
(define (returns-twice mapper sequence)
  (let ((k #f) (results '()))
    (let ((result (mapper (lambda (x) (call/cc (lambda (c) (if (not k) (set! k c)) x))) sequence)))
      (set! results (cons result results))
      (if (< (length results) 2)
          (k #\z))
      results)))

(show (returns-twice map '(#\a #\b))
      (returns-twice vector-map '#(#\a #\b))
      (returns-twice string-map "ab"))

;; -- exceptions --

(define (message-and-irritants thunk)
  (guard (e ((error-object? e) (list (error-object-message e) (error-object-irritants e))))
    (thunk)))

(show (message-and-irritants (lambda () (error "message" 1 'two "three")))
      (error-object? (guard (e (#t e)) (error "x")))
      (error-object? 'x)
      (guard (e (#t (file-error? e))) (call-with-port (open-input-bytevector 5) read-u8))
      (read-error? 'x)
      (with-exception-handler (lambda (e) 10) (lambda () (+ 1 (raise-continuable 'c))))
      (call/cc (lambda (k) (with-exception-handler (lambda (e) (k (list 'caught e))) (lambda () (raise 'r)))))
      (guard (e ((string? e) 'inner)) (guard (e2 ((number? e2) 'number)) (raise "s")))
      (guard (e ((error-object? e) (error-object-message e))) (with-exception-handler (lambda (e) 'returned) (lambda () (raise 'x)))))

;; -- ports --

(define (input) (open-input-string "one\ntwo 3"))
(define (bytes) (open-input-bytevector (bytevector 1 2 3 4)))
(define (output-of procedure)
  (let ((port (open-output-string)))
    (procedure port)
    (get-output-string port)))

(show (binary-port? (bytes)) (textual-port? (input)) (port? (input)) (port? 5)
      (input-port? (input)) (input-port? (open-output-string))
      (output-port? (open-output-string)) (output-port? (input))
      (map input-port? (list (current-input-port))) (map output-port? (list (current-output-port) (current-error-port)))
      (call-with-port (input) read-line)
      (let ((p (input))) (close-input-port p) (input-port-open? p))
      (let ((p (open-output-string))) (close-output-port p) (output-port-open? p))
      (let ((p (input))) (close-port p) (raised (read-char p)))
      (char-ready? (input)) (u8-ready? (bytes))
      (eof-object? (eof-object)) (eof-object? (read-char (open-input-string "")))
      (let ((p (input))) (list (peek-char p) (read-char p) (read-char p)))
      (let ((p (bytes))) (list (peek-u8 p) (read-u8 p) (read-u8 p)))
      (let* ((p (input)) (a (read-line p)) (b (read-line p)) (c (read-line p))) (list a b (eof-object? c)))
      (let ((p (input))) (read-string 5 p)) (eof-object? (read-string 1 (open-input-string "")))
      (let* ((p (bytes)) (a (read-bytevector 3 p)) (b (read-bytevector 3 p))) (list a b (eof-object? (read-bytevector 1 p))))
      (let* ((b (make-bytevector 4 0)) (n (read-bytevector! b (bytes) 1 3))) (list n b))
      (output-of (lambda (p) (write-char #\a p) (newline p) (write-string "bcd" p) (write-string "efgh" p 1 3)))
      (let ((p (open-output-bytevector))) (write-u8 1 p) (write-bytevector (bytevector 2 3 4) p 1) (get-output-bytevector p))
      (output-of flush-output-port))
(show (parameterize ((current-input-port (input))) (list (read-line) (read-char) (peek-char) (read-string 2)))
      (parameterize ((current-input-port (bytes))) (list (read-u8) (peek-u8) (read-bytevector 2)))
      (output-of (lambda (p) (parameterize ((current-output-port p)) (write-string "text") (newline) (write-char #\x))))
      (output-of (lambda (p) (parameterize ((current-error-port p)) (display 'e (current-error-port)))))
      (raised (parameterize ((current-output-port 5)) 'no)))

;; -- system --

(show (and (memq 'r7rs (features)) #t)
      (list? (features)))
