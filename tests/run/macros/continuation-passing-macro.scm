;; Macros that hand their result to another macro.
(define-syntax collect-evens
  (syntax-rules ()
    ((_ (k ...) () acc) (k ... . acc))
    ((_ k (a b . rest) (acc ...)) (collect-evens k rest (acc ... b)))
    ((_ k (a) acc) (collect-evens k () acc))))
(define-syntax sum-evens
  (syntax-rules ()
    ((_ x ...) (collect-evens (+ 1000) (x ...) ()))))
(write (sum-evens 1 2 3 4 5 6 7))
(newline)
(write (collect-evens (list 'start) (a 1 b 2) ()))
(newline)
