;; Symbols from templates are ordinary symbols when quoted.
(define-syntax name-of
  (syntax-rules () ((_ x) 'x)))
(define-syntax own-symbol
  (syntax-rules () ((_) 'symbol)))
(write (list (name-of abc) (own-symbol) (eq? (own-symbol) 'symbol)))
(newline)
(define-syntax make-alist
  (syntax-rules () ((_ (k v) ...) (list (cons 'k v) ...))))
(define table (make-alist (one 1) (two (+ 1 1))))
(write (cdr (assq 'two table)))
(newline)
(define-syntax quoted-temp
  (syntax-rules () ((_ x) (let ((temp x)) (list 'temp temp)))))
(write (quoted-temp 5))
(newline)
(write (let ((temp 1)) (quoted-temp temp)))
(newline)
