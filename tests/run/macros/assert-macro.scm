;; A test macro that shows the source of what it checks.
(define-syntax check
  (syntax-rules (=>)
    ((_ e => v)
     (let ((got e) (expected v))
       (write 'e)
       (display (if (equal? got expected) " ok" " WRONG"))
       (newline)))))
(define got 5)
(check (+ got 2) => 7)
(check (map (lambda (x) (* x got)) (list 1 2)) => (list 5 10))
(check (let ((expected 3)) expected) => 3)
