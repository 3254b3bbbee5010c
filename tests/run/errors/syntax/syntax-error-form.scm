;; @exit 65
;; @error pair-only wants a pair
;; syntax-error in a macro reports its message.
(display "not reached")
(define-syntax pair-only
  (syntax-rules ()
    ((_ (a . b)) 'ok)
    ((_ other) (syntax-error "pair-only wants a pair" other))))
(write (pair-only (1 . 2)))
(write (pair-only 5))
