;; A calculator with precedence, parentheses, variables and errors.
(define-record-type token-stream
  (make-token-stream tokens)
  token-stream?
  (tokens stream-tokens set-stream-tokens!))

(define (tokenize text)
  (let loop ((chars (string->list text)) (tokens '()))
    (cond ((null? chars) (reverse tokens))
          ((char-whitespace? (car chars)) (loop (cdr chars) tokens))
          ((char-numeric? (car chars))
           (let digits ((chars chars) (n 0))
             (if (and (pair? chars) (char-numeric? (car chars)))
                 (digits (cdr chars) (+ (* 10 n) (digit-value (car chars))))
                 (loop chars (cons n tokens)))))
          ((char-alphabetic? (car chars))
           (let letters ((chars chars) (name '()))
             (if (and (pair? chars) (char-alphabetic? (car chars)))
                 (letters (cdr chars) (cons (car chars) name))
                 (loop chars
                       (cons (string->symbol (list->string (reverse name))) tokens)))))
          (else (loop (cdr chars) (cons (car chars) tokens))))))

(define (peek s) (if (null? (stream-tokens s)) 'end (car (stream-tokens s))))
(define (next! s)
  (let ((token (peek s)))
    (if (not (eq? token 'end))
        (set-stream-tokens! s (cdr (stream-tokens s))))
    token))

(define variables '())
(define (value-of name)
  (let ((binding (assq name variables)))
    (if binding (cdr binding) (raise (list 'unknown name)))))

(define (parse-chain s parse-operand operators)
  (let loop ((left (parse-operand s)))
    (let ((operator (assv (peek s) operators)))
      (if operator
          (begin
            (next! s)
            (loop ((cdr operator) left (parse-operand s))))
          left))))

(define (divide a b)
  (if (= b 0) (raise 'division-by-zero) (/ a b)))

(define (parse-sum s)
  (parse-chain s parse-product (list (cons #\+ +) (cons #\- -))))
(define (parse-product s)
  (parse-chain s parse-power (list (cons #\* *) (cons #\/ divide))))
(define (parse-power s)
  (let ((base (parse-factor s)))
    (if (eqv? (peek s) #\^)
        (begin
          (next! s)
          (expt base (parse-power s)))
        base)))
(define (parse-factor s)
  (let ((token (next! s)))
    (cond ((number? token) token)
          ((eq? token 'end) (raise 'unexpected-end))
          ((symbol? token) (value-of token))
          ((eqv? token #\-) (- (parse-factor s)))
          ((eqv? token #\()
           (let ((value (parse-sum s)))
             (if (eqv? (next! s) #\)) value (raise 'missing-parenthesis))))
          (else (raise (list 'unexpected token))))))

(define (calculate text)
  (let* ((tokens (tokenize text))
         (assignment? (and (pair? tokens) (pair? (cdr tokens))
                           (symbol? (car tokens)) (eqv? (cadr tokens) #\=)))
         (s (make-token-stream (if assignment? (cddr tokens) tokens)))
         (value (parse-sum s)))
    (if (not (eq? (peek s) 'end)) (raise (list 'unexpected (peek s))))
    (if assignment?
        (set! variables (cons (cons (car tokens) value) variables)))
    value))

(for-each
 (lambda (line)
   (display line)
   (display " -> ")
   (write (guard (e ((symbol? e) (list 'error e))
                    ((pair? e) (cons 'error e)))
            (calculate line)))
   (newline))
 '("1 + 2 * 3" "(1 + 2) * 3" "2 ^ 3 ^ 2" "10 / 4" "7 - 2 - 1" "-3 * -(2 + 1)"
   "x = 6 * 7" "x / 2 + y" "y = x - 2" "x * y" "1 +" "(1" "1 / (2 - 2)" "1 2" "2 ^ 100"))
