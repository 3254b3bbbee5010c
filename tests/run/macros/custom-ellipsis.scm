;; An ellipsis of one's own leaves ... free.
(define-syntax my-list
  (syntax-rules ::: ()
    ((_ x :::) (list x :::))))
(write (my-list 1 2 3))
(newline)
(define-syntax be-like-begin
  (syntax-rules ()
    ((be-like-begin name)
     (define-syntax name
       (syntax-rules ()
         ((name expr (... ...))
          (begin expr (... ...))))))))
(be-like-begin sequence)
(write (sequence 1 2 3 4))
(newline)
(define-syntax make-lister
  (syntax-rules ::: ()
    ((_ name extra :::)
     (define-syntax name
       (syntax-rules ()
         ((_ x ...) (list extra ::: x ...)))))))
(make-lister lister 'a 'b)
(write (lister 1 2))
(newline)
