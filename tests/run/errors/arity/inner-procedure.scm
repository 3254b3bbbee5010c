;; @exit 70
;; @error inner: expected 2 arguments, but got 1
;; A local procedure has its own name.
(define (outer n)
  (define (inner a b) (+ a b))
  (inner n))
(display "start")
(newline)
(write (outer 1))
