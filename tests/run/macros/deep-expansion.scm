;; An expansion a few hundred levels deep.
(define-syntax count-down
  (syntax-rules ()
    ((_ () n) n)
    ((_ (x . rest) n) (count-down rest (+ n 1)))))
(define-syntax ten-times
  (syntax-rules ()
    ((_ k x ...) (k (x ... x ... x ... x ... x ... x ... x ... x ... x ... x ...) 0))))
(write (ten-times count-down a b c d e f g h i j k l m n o p q r s t))
(newline)
