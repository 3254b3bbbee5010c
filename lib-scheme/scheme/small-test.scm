;;; The small libraries of R7RS. Each line of the output is an expression and its value.

(import (scheme base)
        (scheme case-lambda)
        (scheme char)
        (scheme complex)
        (scheme cxr)
        (scheme eval)
        (scheme inexact)
        (scheme lazy)
        (scheme process-context)
        (scheme read)
        (scheme repl)
        (scheme time)
        (scheme write))

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

;; -- (scheme case-lambda) --

(define range
  (case-lambda
    ((end) (range 0 end))
    ((start end) (if (>= start end) '() (cons start (range (+ start 1) end))))
    ((start end . rest) (list 'more rest))))

(show (range 3)
      (range 1 3)
      (range 1 2 3 4)
      (guard (e ((error-object? e) (error-object-message e))) (range)))

;; -- (scheme char) --

(show (char-alphabetic? #\a)
      (char-alphabetic? #\1)
      (char-numeric? #\1)
      (char-whitespace? #\space)
      (char-upper-case? #\A)
      (char-lower-case? #\A)
      (char-upcase #\λ)
      (char-downcase #\Λ)
      (char-foldcase #\Σ)
      (digit-value #\7)
      (digit-value #\a)
      (char-ci=? #\a #\A)
      (char-ci<? #\a #\B)
      (char-ci>? #\B #\a)
      (char-ci<=? #\a #\A)
      (char-ci>=? #\a #\B)
      (string-ci=? "abc" "ABC")
      (string-ci<? "abc" "ABD")
      (string-ci>? "abd" "ABC")
      (string-ci<=? "abc" "ABC")
      (string-ci>=? "abc" "ABD")
      (string-upcase "straße")
      (string-downcase "ΧΑΟΣ")
      (string-foldcase "ABC"))

;; -- (scheme complex), (scheme inexact) --

(show (make-rectangular 1 2)
      (real-part 1+2i)
      (imag-part 1+2i)
      (magnitude 3+4i)
      (make-polar 2 0)
      (angle 1)
      (acos 1)
      (asin 0)
      (atan 0)
      (atan 0 1)
      (cos 0)
      (exp 0)
      (finite? 1.0)
      (infinite? +inf.0)
      (log 1)
      (log 8 2)
      (nan? +nan.0)
      (sin 0)
      (sqrt 16)
      (sqrt -4)
      (tan 0))

;; -- (scheme cxr) --

(define tree '(((1 . 2) . (3 . 4)) . ((5 . 6) . (7 . 8))))

(show (list (caaar tree) (caadr tree) (cadar tree) (caddr tree))
      (list (cdaar tree) (cdadr tree) (cddar tree) (cdddr tree))
      (cadddr '(1 2 3 4))
      (cddddr '(1 2 3 4 5)))

;; -- (scheme eval), (scheme repl) --

(show (eval '(+ 1 2) (environment '(scheme base)))
      (eval '((lambda (x) (b:* x 10)) 4)
            (environment '(only (scheme base) lambda) '(prefix (scheme base) b:)))
      (eval '(map car '((1) (2))) (interaction-environment))
      (begin (eval '(define defined-by-eval 42) (interaction-environment))
             (eval 'defined-by-eval (interaction-environment)))
      (guard (e ((error-object? e) 'unbound))
        (eval 'no-such-variable (environment '(scheme base)))))

;; -- (scheme lazy) --

(show (force (delay (+ 1 2)))
      (force (delay-force (delay 5)))
      (force (make-promise 6))
      (promise? (delay 1))
      (promise? 1))

;; -- (scheme process-context), (scheme time) --

(show (list? (command-line))
      (string? (car (command-line)))
      (get-environment-variable "TERMITE_NO_SUCH_VARIABLE")
      (pair? (car (get-environment-variables)))
      (<= (current-jiffy) (current-jiffy))
      (exact-integer? (jiffies-per-second))
      (> (current-second) 1600000000))

;; -- (scheme read), (scheme write) --

(define (written x write)
  (let ((port (open-output-string)))
    (write x port)
    (get-output-string port)))

(define shared (let ((x (list 1))) (list x x)))
(define circular (let ((x (list 1 2))) (set-cdr! (cdr x) x) x))

(show (read (open-input-string "(a #(1 \"b\") . #\\c)"))
      (eof-object? (read (open-input-string "")))
      (guard (e ((read-error? e) 'read-error)) (read (open-input-string "(1")))
      (parameterize ((current-input-port (open-input-string "x y"))) (list (read) (read)))
      (written '("a" #\b) write)
      (written '("a" #\b) display)
      (written shared write)
      (written shared write-shared)
      (written shared write-simple)
      (written circular write)
      (written circular display))
