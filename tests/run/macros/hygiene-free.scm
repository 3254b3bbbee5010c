;; A macro's free identifiers mean what they meant where it was defined.
(define (helper x) (list 'toplevel x))
(define-syntax use-helper
  (syntax-rules ()
    ((_ x) (helper x))))
(write (let ((helper (lambda (x) 'local))) (use-helper 1)))
(newline)
(define-syntax my-if
  (syntax-rules ()
    ((_ c a b) (cond (c a) (else b)))))
(write (let ((else #f)) (my-if #f 1 2)))
(newline)
(write (let ((if list) (cond vector)) (my-if #t 1 2)))
(newline)
(define-syntax plus (syntax-rules () ((_ a b) (+ a b))))
(write (let ((+ *)) (list (plus 3 4) (+ 3 4))))
(newline)
