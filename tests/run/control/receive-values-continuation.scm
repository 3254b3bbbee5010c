;; Continuations that take no, one and many values.
(call-with-values
 (lambda () (call/cc (lambda (k) (k 1 2 3))))
 (lambda (a b c) (write (list a b c)) (newline)))
(call-with-values
 (lambda () (call/cc (lambda (k) (k))))
 (lambda args (write args) (newline)))
(write (call/cc (lambda (k) (k 'one))))
(newline)
(let-values (((q r) (call/cc (lambda (k) (floor/ 17 5)))))
  (write (list q r))
  (newline))
(begin (call/cc (lambda (k) (k 1))) (write 'ignored) (newline))
