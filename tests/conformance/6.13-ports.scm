;;; R7RS 6.13: input and output.
(include "check.inc")
(define path "conformance-ports.tmp")
(define (text-port text) (open-input-string text))
(define (byte-port . bytes) (open-input-bytevector (apply bytevector bytes)))
(define (written write-it x) (let ((port (open-output-string))) (write-it x port) (get-output-string port)))
(define (file-text path) (call-with-input-file path (lambda (port) (read-string 10000 port))))
(define (bytes-written f) (let ((port (open-output-bytevector))) (f port) (get-output-bytevector port)))

;; 6.13.1 Ports
(check
 (call-with-port (text-port "abc") read-char) => #\a
 (call-with-port (text-port "abc") (lambda (p) (values (read-char p) (read-char p)))) =>values (#\a #\b)
 (let ((p (text-port "abc"))) (call-with-port p read-char) (input-port-open? p)) => #f
 (let ((p (text-port "abc"))) (call/cc (lambda (k) (call-with-port p (lambda (p) (k 1))))) (input-port-open? p)) => #t
 (input-port? (current-input-port)) => #t
 (output-port? (current-output-port)) => #t
 (output-port? (current-error-port)) => #t
 (input-port? (current-output-port)) => #f
 (output-port? (current-input-port)) => #f
 (textual-port? (current-input-port)) => #t
 (textual-port? (current-output-port)) => #t
 (input-port? 5) => #f
 (output-port? "a") => #f
 (textual-port? 'a) => #f
 (binary-port? 'a) => #f
 (port? 5) => #f
 (port? (current-input-port)) => #t
 (port? (text-port "")) => #t
 (input-port? (text-port "")) => #t
 (output-port? (open-output-string)) => #t
 (input-port? (byte-port)) => #t
 (output-port? (open-output-bytevector)) => #t
 (textual-port? (text-port "")) => #t
 (textual-port? (open-output-string)) => #t
 (binary-port? (text-port "")) => #f
 (binary-port? (byte-port)) => #t
 (binary-port? (open-output-bytevector)) => #t
 (textual-port? (byte-port)) => #f
 (input-port-open? (text-port "")) => #t
 (let ((p (text-port ""))) (close-port p) (input-port-open? p)) => #f
 (let ((p (text-port ""))) (close-input-port p) (input-port-open? p)) => #f
 (output-port-open? (open-output-string)) => #t
 (let ((p (open-output-string))) (close-port p) (output-port-open? p)) => #f
 (let ((p (open-output-string))) (close-output-port p) (output-port-open? p)) => #f
 (let ((p (text-port ""))) (close-port p) (close-port p) (input-port-open? p)) => #f
 (input-port-open? (open-output-string)) =>! error
 (output-port-open? (text-port "")) =>! error
 (input-port-open? 5) =>! error
 (close-input-port (open-output-string)) =>! error
 (close-output-port (text-port "")) =>! error
 (close-port 5) =>! error
 (let ((p (text-port "a"))) (close-port p) (read-char p)) =>! error
 (let ((p (text-port "a"))) (close-port p) (peek-char p)) =>! error
 (let ((p (text-port "a"))) (close-port p) (read p)) =>! error
 (let ((p (text-port "a"))) (close-port p) (read-line p)) =>! error
 (let ((p (text-port "a"))) (close-port p) (read-string 1 p)) =>! error
 (let ((p (open-output-string))) (close-port p) (write-char #\a p)) =>! error
 (let ((p (open-output-string))) (close-port p) (display "a" p)) =>! error
 (let ((p (byte-port 1))) (close-port p) (read-u8 p)) =>! error
 (let ((p (open-output-bytevector))) (close-port p) (write-u8 1 p)) =>! error
 (parameterize ((current-input-port (text-port "x y"))) (list (read) (read-char) (read-char) (eof-object? (read-char)))) => (x #\space #\y #t)
 (let ((p (open-output-string))) (parameterize ((current-output-port p)) (write "a") (newline) (write-char #\b)) (get-output-string p)) => "\"a\"\nb"
 (let ((p (open-output-string))) (parameterize ((current-error-port p)) (display "e" (current-error-port))) (get-output-string p)) => "e"
 (parameterize ((current-output-port 5)) 1) =>! error
 (parameterize ((current-input-port (open-output-string))) 1) =>! error)

;; Files
(check
 (call-with-output-file path (lambda (p) (write '(a "b" #\c) p) (newline p) 'result)) => result
 (file-exists? path) => #t
 (call-with-input-file path read) => (a "b" #\c)
 (file-text path) => "(a \"b\" #\\c)\n"
 (with-input-from-file path read) => (a "b" #\c)
 (with-input-from-file path (lambda () (read-char) (read-char))) => #\a
 (begin (with-output-to-file path (lambda () (display "hello λ") (newline))) (file-text path)) => "hello λ\n"
 (with-output-to-file path (lambda () (display "again") 'result)) => result
 (file-text path) => "again"
 (let ((p (open-output-file path))) (write-string "one\ntwo" p) (close-port p) (file-text path)) => "one\ntwo"
 (let* ((p (open-input-file path)) (a (read-line p)) (b (read-line p)) (c (read-line p))) (close-port p) (list a b (eof-object? c))) => ("one" "two" #t)
 (let ((p (open-output-file path))) (write-string "flushed" p) (flush-output-port p) (let ((text (file-text path))) (close-port p) text)) => "flushed"
 (let ((p (open-binary-output-file path))) (write-u8 0 p) (write-bytevector #u8(1 255 200) p) (close-port p) (call-with-port (open-binary-input-file path) (lambda (p) (read-bytevector 10 p)))) => #u8(0 1 255 200)
 (call-with-port (open-binary-input-file path) (lambda (p) (list (binary-port? p) (textual-port? p) (input-port? p) (read-u8 p) (peek-u8 p) (u8-ready? p)))) => (#t #f #t 0 1 #t)
 (call-with-port (open-input-file path) (lambda (p) (list (binary-port? p) (textual-port? p)))) => (#f #t)
 (call-with-port (open-output-file path) (lambda (p) (list (output-port? p) (textual-port? p)))) => (#t #t)
 (call-with-port (open-binary-output-file path) (lambda (p) (list (output-port? p) (binary-port? p)))) => (#t #t)
 (begin (delete-file path) (file-exists? path)) => #f
 (delete-file path) =>! file
 (open-input-file 5) =>! error
 (file-exists? 5) =>! error)

;; 6.13.2 Input
(check
 (read (text-port "(a . b) c")) => (a . b)
 (let ((p (text-port "a b #;c d"))) (let* ((x (read p)) (y (read p)) (z (read p)) (e (read p))) (list x y z (eof-object? e)))) => (a b d #t)
 (eof-object? (read (text-port ""))) => #t
 (let ((p (text-port "(1)rest"))) (read p) (read-char p)) => #\r
 (let ((p (text-port "abc def"))) (read p) (read-char p)) => #\space
 (read (text-port "(1 2")) =>! read
 (read (byte-port 1)) =>! error
 (read 5) =>! error
 (let ((p (text-port ") x"))) (guard (e ((read-error? e) 'bad)) (read p))) => bad
 (read-char (text-port "λ")) => #\λ
 (eof-object? (read-char (text-port ""))) => #t
 (let ((p (text-port "ab"))) (let* ((a (peek-char p)) (b (peek-char p)) (c (read-char p)) (d (read-char p))) (list a b c d (eof-object? (peek-char p))))) => (#\a #\a #\a #\b #t)
 (read-char (byte-port 65)) =>! error
 (read-char (open-output-string)) =>! error
 (read-u8 (text-port "a")) =>! error
 (read-line (text-port "one\ntwo")) => "one"
 (read-line (text-port "\n")) => ""
 (read-line (text-port "no newline")) => "no newline"
 (eof-object? (read-line (text-port ""))) => #t
 (let* ((p (text-port "a\n\nb\n")) (w (read-line p)) (x (read-line p)) (y (read-line p)) (z (read-line p))) (list w x y (eof-object? z))) => ("a" "" "b" #t)
 (eof-object? (eof-object)) => #t
 (eof-object? 'eof) => #f
 (eof-object? '()) => #f
 (char-ready? (text-port "a")) => #t
 (char-ready? (text-port "")) => #t
 (char-ready? 5) =>! error
 (read-string 2 (text-port "abc")) => "ab"
 (read-string 10 (text-port "abc")) => "abc"
 (read-string 0 (text-port "abc")) => ""
 (read-string 0 (text-port "")) => ""
 (eof-object? (read-string 1 (text-port ""))) => #t
 (let ((p (text-port "abcdef"))) (let* ((a (read-string 2 p)) (b (read-string 3 p)) (c (read-string 5 p))) (list a b c (eof-object? (read-string 1 p))))) => ("ab" "cde" "f" #t)
 (read-string -1 (text-port "abc")) =>! error
 (read-string 'a (text-port "abc")) =>! error
 (read-string 1 (byte-port 1)) =>! error
 (read-u8 (byte-port 5)) => 5
 (eof-object? (read-u8 (byte-port))) => #t
 (let ((p (byte-port 1 2))) (let* ((a (peek-u8 p)) (b (read-u8 p)) (c (read-u8 p))) (list a b c (eof-object? (peek-u8 p))))) => (1 1 2 #t)
 (u8-ready? (byte-port 1)) => #t
 (u8-ready? (byte-port)) => #t
 (u8-ready? (text-port "a")) =>! error
 (peek-u8 (text-port "a")) =>! error
 (read-bytevector 2 (byte-port 1 2 3)) => #u8(1 2)
 (read-bytevector 5 (byte-port 1 2 3)) => #u8(1 2 3)
 (read-bytevector 0 (byte-port 1)) => #u8()
 (eof-object? (read-bytevector 1 (byte-port))) => #t
 (read-bytevector -1 (byte-port 1)) =>! error
 (read-bytevector 1 (text-port "a")) =>! error
 (let* ((b (bytevector 0 0 0 0)) (n (read-bytevector! b (byte-port 1 2)))) (list n b)) => (2 #u8(1 2 0 0))
 (let* ((b (bytevector 0 0 0 0)) (n (read-bytevector! b (byte-port 1 2 3 4 5) 1 3))) (list n b)) => (2 #u8(0 1 2 0))
 (let* ((b (bytevector 0 0 0)) (n (read-bytevector! b (byte-port 1 2 3 4) 2))) (list n b)) => (1 #u8(0 0 1))
 (eof-object? (read-bytevector! (bytevector 0) (byte-port))) => #t
 (read-bytevector! (bytevector 0) (byte-port 1) 2) =>! error
 (read-bytevector! #u8(0) (byte-port 1)) =>! error
 (parameterize ((current-input-port (text-port "xyz"))) (list (char-ready?) (peek-char) (read-string 2) (read-line))) => (#t #\x "xy" "z")
 (parameterize ((current-input-port (byte-port 1 2 3))) (list (u8-ready?) (peek-u8) (read-u8) (read-bytevector 5))) => (#t 1 1 #u8(2 3)))

;; 6.13.3 Output
(check
 (write "a\"b\\c") =>output "\"a\\\"b\\\\c\""
 (write "a\nb\tc") =>output "\"a\\nb\\tc\""
 (write "λ") =>output "\"λ\""
 (display "a\"b") =>output "a\"b"
 (write #\a) =>output "#\\a"
 (display #\a) =>output "a"
 (write '(a "b" #\c 1.5 #t ())) =>output "(a \"b\" #\\c 1.5 #t ())"
 (display '(a "b" #\c (#\d "e"))) =>output "(a b c (d e))"
 (write '(a . b)) =>output "(a . b)"
 (write '(a b . c)) =>output "(a b . c)"
 (write '#(1 "a" #(b))) =>output "#(1 \"a\" #(b))"
 (write '#u8(1 2)) =>output "#u8(1 2)"
 (write #u8()) =>output "#u8()"
 (write '()) =>output "()"
 (write #f) =>output "#f"
 (write ''a) =>output "'a"
 (write '`(a ,b ,@c)) =>output "`(a ,b ,@c)"
 (write '(quote a b)) =>output "(quote a b)"
 (write '|a b|) =>output "|a b|"
 (display '|a b|) =>output "a b"
 (newline) =>output "\n"
 (write-char #\λ) =>output "λ"
 (write-string "abc") =>output "abc"
 (written (lambda (s p) (write-string s p 1)) "abc") => "bc"
 (written (lambda (s p) (write-string s p 1 2)) "abc") => "b"
 (written (lambda (s p) (write-string s p 4)) "abc") =>! error
 (write-string 'a) =>! error
 (write-char "a") =>! error
 (bytes-written (lambda (p) (write-u8 1 p) (write-u8 255 p))) => #u8(1 255)
 (bytes-written (lambda (p) (write-bytevector #u8(1 2 3) p))) => #u8(1 2 3)
 (bytes-written (lambda (p) (write-bytevector #u8(1 2 3) p 1))) => #u8(2 3)
 (bytes-written (lambda (p) (write-bytevector #u8(1 2 3) p 1 2))) => #u8(2)
 (bytes-written (lambda (p) (write-u8 256 p))) =>! error
 (bytes-written (lambda (p) (write-char #\a p))) =>! error
 (bytes-written (lambda (p) (display "a" p))) =>! error
 (write-u8 1 (open-output-string)) =>! error
 (write-bytevector "a" (open-output-bytevector)) =>! error
 (write 1 (text-port "")) =>! error
 (write 1 5) =>! error
 (let ((p (open-output-string))) (write 'a p) (get-output-string p) (write 'b p) (get-output-string p)) => "ab"
 (get-output-string (text-port "a")) =>! error
 (get-output-string (open-output-bytevector)) =>! error
 (get-output-bytevector (open-output-string)) =>! error
 (flush-output-port) =>output ""
 (let ((p (open-output-string))) (flush-output-port p) (get-output-string p)) => ""
 (parameterize ((current-output-port (open-output-bytevector))) (write-u8 1) (write-bytevector #u8(2 3)) (get-output-bytevector (current-output-port))) => #u8(1 2 3))

;; Datum labels: `write` for cycles, `write-shared` for all that is shared, `write-simple`
;; for nothing.
(define (cycle) (let ((x (list 'a 'b 'c))) (set-cdr! (cddr x) x) x))
(define (shared) (let ((x (list 1 2))) (list x x)))
(define (vector-cycle) (let ((v (vector 1 2))) (vector-set! v 1 v) v))
(check
 (written write (cycle)) => "#0=(a b c . #0#)"
 (written display (cycle)) => "#0=(a b c . #0#)"
 (written write-shared (cycle)) => "#0=(a b c . #0#)"
 (written write (shared)) => "((1 2) (1 2))"
 (written display (shared)) => "((1 2) (1 2))"
 (written write-shared (shared)) => "(#0=(1 2) #0#)"
 (written write-simple (shared)) => "((1 2) (1 2))"
 (written write (vector-cycle)) => "#0=#(1 #0#)"
 (written write-shared (vector-cycle)) => "#0=#(1 #0#)"
 (written write (let ((x (list 1))) (set-car! x x) x)) => "#0=(#0#)"
 (written write (let ((x (list 1 2))) (set-cdr! (cdr x) (cdr x)) x)) => "(1 . #0=(2 . #0#))"
 (written write (list (cycle) (vector-cycle))) => "(#0=(a b c . #0#) #1=#(1 #1#))"
 (written write-shared (let ((s (string #\a))) (list s s))) => "(\"a\" \"a\")"
 (written write-shared '(a a)) => "(a a)"
 (written write-shared (list 1 1)) => "(1 1)"
 (written write-simple '(a "b" #(c))) => "(a \"b\" #(c))"
 (written write-shared (let ((x (list 1))) (vector x x))) => "#(#0=(1) #0#)"
 (written write-shared (let ((x (list 3))) (cons x x))) => "(#0=(3) . #0#)"
 (let ((x (read (text-port (written write (cycle)))))) (eq? x (cdddr x))) => #t
 (let ((x (read (text-port (written write-shared (shared)))))) (eq? (car x) (cadr x))) => #t
 (let ((x (list 1 "a\n\\\"" 'b '|c d| #\space 1.5 '#(1) '#u8(2) #t '()))) (equal? x (read (text-port (written write x))))) => #t
 (write-shared '(1 2)) =>output "(1 2)"
 (write-simple '(1 2)) =>output "(1 2)")
(report)
