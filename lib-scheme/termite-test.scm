;;; (termite). Each line of the output is an expression and its value.

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
    ((_ expression) (guard (e ((error-object? e) (condition-report-string e))) expression))))

;; -- forms --

(define x 1)
(define (get-x) x)
(define-macro (twice expression) `(list ,expression ,expression))
(define-type point x y)

(show (catch (lambda (e) (list 'caught e)) (raise 'boom))
      (catch (lambda (e) 'never) 1 2)
      (+ 1 (catch (lambda (e) 10) (car '())))
      (list (fluid-let ((x 2)) (get-x)) (get-x))
      (list (call/cc (lambda (k) (fluid-let ((x 3)) (k (get-x))))) x)
      (twice (+ 1 2))
      (let ((p (make-point 1 2))) (point-x-set! p 5) (list (point? p) (point-x p) (point-y p)))
      (receive (a . rest) (values 1 2 3) (list a rest))
      (report (assert (= 1 2)))
      (let ((f (named-lambda (square n) (* n n)))) (list (procedure-name f) (f 3)))
      (stream-head (let loop ((n 1)) (cons-stream n (loop (* n 2)))) 5)
      (let ((s (cons-stream 1 (cons-stream 2 '()))))
        (list (stream-pair? s)
              (stream-car (stream-cdr s))
              (stream-null? (stream-tail s 2))
              (empty-stream? the-empty-stream)))
      (list (with-exception-catcher (lambda (e) e) (lambda () (raise 42) 123))))

;; -- objects --

(show (void)
      (object->string '("a" #\b))
      (object->string '(1 2 3 4 5) 6)
      (symbol-append 'foo 'bar)
      (symbol<? 'a 'b)
      (symbol? (gensym))
      (eq? (gensym) (gensym))
      (keyword? 'name:)
      name:
      (keyword->string 'name:)
      (string->keyword "name"))

;; -- numbers --

(show (1+ 5)
      (-1+ 5)
      (exact->inexact 1/2)
      (inexact->exact 0.5)
      (bitwise-and 12 10)
      (bitwise-ior 12 10)
      (bitwise-xor 12 10)
      (bitwise-not 5)
      (arithmetic-shift 1 10)
      (arithmetic-shift -5 -1)
      (bit-count 7)
      (integer-length 255)
      (fx+ 1 2)
      (fl* 1.5 2.0)
      (< -1 (random 10) 10)
      (< 0 (random 1.0) 1)
      (< -1 (random-integer 5) 5)
      (< 0 (random-real) 1)
      (fixnum? 5)
      (flonum? 5.0))

;; -- lists --

(show (cons* 1 2 '(3))
      (iota 3)
      (filter odd? '(1 2 3))
      (remove odd? '(1 2 3))
      (fold + 0 '(1 2 3))
      (fold-left list '() '(1 2 3))
      (fold-left list '() '(1 2) '(3 4))
      (fold-right list '() '(1 2 3))
      (reduce max 0 '(3 1 4))
      (delete 2 '(1 2 3))
      (last-pair '(1 2 3))
      (last '(1 2 3))
      (list-index even? '(1 2 3))
      (list-head '(1 2 3) 2)
      (sublist '(a b c d) 1 3)
      (except-last-pair '(1 2 3))
      (del-assq 'a '((a . 1) (b . 2)))
      (del-assv 1 '((1 . 1) (2 . 2)))
      (del-assoc "a" '(("a" . 1)))
      (list-sort < '(2 1))
      (sort '(2 1) <)
      (any even? '(1 2))
      (every even? '(1 2))
      (append-reverse '(2 1) '(3)))

;; -- strings --

(show (string-split "a,b,,c" #\,)
      (string-split "  two words ")
      (string-split "a--b--" "--")
      (string-split "a1b2c" char-numeric?)
      (report (string-split "a" 5))
      (string-join '("a" "b") "-")
      (string-index "hello" #\l)
      (string-search-forward "l" "hello" 0)
      (string-search-backward "l" "hello" 5)
      (string-contains "hello" "lo")
      (string-prefix? "he" "hello")
      (string-suffix? "lo" "hello")
      (string-pad-left "42" 5)
      (string-pad-left "42" 5 #\0)
      (string-pad-right "42" 5)
      (string-trim "  x  ")
      (string-trim-left "  x  ")
      (string-trim-right "  x  ")
      (string-reverse "abc")
      (string-null? ""))

;; -- vectors and bytevectors --

(show (subvector #(1 2 3 4) 1 3)
      (vector-head #(1 2 3) 2)
      (vector-tail #(1 2 3) 2)
      (vector-binary-search #(1 3 5) 3 -)
      (vector-sort < #(2 1))
      (u8vector 1 2)
      (u8vector-ref (u8vector 1 2) 1)
      (let ((v (make-u8vector 2 0))) (u8vector-set! v 0 9) v)
      (u8vector-length (u8vector 1))
      (u8vector? (bytevector))
      (subu8vector (u8vector 1 2 3) 0 2)
      (u8vector->list (list->u8vector '(1 2)))
      (u8vector-append (u8vector 1) (u8vector 2)))

;; -- boxes and hash tables --

(define table (make-hash-table))
(hash-table-set! table 'a 1)
(hash-table-update! table 'a 1+ (lambda () 0))
(hash-table-update!/default table 'b 1+ 0)

(show (let ((b (box 1))) (set-box! b 2) (list (box? b) (unbox b)))
      (hash-table-ref table 'a (lambda () 'none))
      (hash-table-ref/default table 'c 'none)
      (hash-table-count table)
      (hash-table-fold table (lambda (key value sum) (+ value sum)) 0)
      (sort (map symbol->string (hash-table-keys table)) string<?))

;; -- conditions --

(define (caught thunk) (with-exception-catcher (lambda (e) e) thunk))
(define e (caught (lambda () (error "message:" 1 "two"))))

(show (error? e)
      (condition-kind e)
      (error-message e)
      (error-irritants e)
      (condition/report-string e)
      (condition-report-string (caught (lambda () (vector-ref (vector 1 2) 2))))
      (condition-kind (caught (lambda () (car 5))))
      (call-with-escape-continuation (lambda (k) (+ 1 (k 42)))))

;; -- ports --

(show (call-with-output-string (lambda (port) (write 'x port)))
      (with-output-to-string (lambda () (display "y")))
      (call-with-input-string "a b" read-all)
      (with-input-from-string "c d" read-all)
      (with-output-to-string (lambda () (print 1 "two" #\3)))
      (with-output-to-string (lambda () (println 1 "two")))
      (call-with-output-string (lambda (port) (print port: port 'p) (println port: port 'q)))
      (with-output-to-string (lambda () (pp '(1 2))))
      (with-output-to-string (lambda () (display "a") (fresh-line) (fresh-line)))
      (call-with-output-string
       (lambda (port)
         (parameterize ((current-error-port port))
           (warning "low on" 'memory)
           (info "starting up")
           (debug 1 2))))
      (> (string-length (call-with-output-string
                         (lambda (port)
                           (parameterize ((current-error-port port))
                             (time (+ 1 2))))))
         10)
      (parameterize ((current-error-port (open-output-string))) (time 1 (+ 1 2)))
      (real? (real-time))
      (real? (runtime)))
(pp '(define (factorial n)
       (let loop ((i n) (product 1)) (if (= i 0) product (loop (- i 1) (* product i))))))
(pp '(a-rather-long-name-of-a-procedure
      (argument number one) "argument number two" #(argument number three)))
(pp (iota 40))
(pp ''(lambda (x)
        (cond ((assv x '((1 . "a string of some length") (2 . "another string"))) => cdr)
              (else `(none ,x ,@x)))))
(pp '(begin (display "first") (display "second") (display "third") (display "fourth") end))
