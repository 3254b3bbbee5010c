;; A trampoline: thunks bounced by a loop.
(define (trampoline thunk)
  (if (procedure? thunk)
      (trampoline (thunk))
      thunk))
(define (down n)
  (if (= n 0)
      'landed
      (lambda () (down (- n 1)))))
(write (trampoline (down 5000)))
(newline)
