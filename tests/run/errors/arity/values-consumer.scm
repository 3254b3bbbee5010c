;; @exit 70
;; @error but got 3
;; A consumer that takes fewer values than are produced.
(call-with-values (lambda () (values 1 2)) (lambda (a b) (write (list a b)) (newline)))
(call-with-values (lambda () (values 1 2 3)) (lambda (a b) (write (list a b))))
