;; Definitions whose names come from the user become visible.
(define-syntax define-getter-setter
  (syntax-rules ()
    ((_ getter setter init)
     (begin
       (define hidden init)
       (define (getter) hidden)
       (define (setter x) (set! hidden x))))))
(define-getter-setter get-a set-a! 1)
(define-getter-setter get-b set-b! 2)
(set-a! 10)
(write (list (get-a) (get-b)))
(newline)
(define (f)
  (define-getter-setter get set 'local)
  (set 'changed)
  (get))
(write (f))
(newline)
