;; Entering an extent again runs its before thunk again.
(let ((path '())
      (k #f))
  (define (add s) (set! path (cons s path)))
  (dynamic-wind
   (lambda () (add 'connect))
   (lambda () (add (call/cc (lambda (c) (set! k c) 'talk1))))
   (lambda () (add 'disconnect)))
  (if (< (length path) 4)
      (k 'talk2)
      (begin
        (write (reverse path))
        (newline))))
