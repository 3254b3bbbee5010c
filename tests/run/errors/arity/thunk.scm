;; @exit 70
;; @error thunk: expected 0 arguments, but got 1
;; A thunk called with an argument.
(define (thunk) 'value)
(write (thunk))
(newline)
(write (thunk 1))
