;; A record type: constructor, predicate, accessors, modifiers.
(define-record-type point
  (make-point x y)
  point?
  (x point-x set-point-x!)
  (y point-y))
(define p (make-point 3 4))
(write (list (point? p) (point-x p) (point-y p)))
(newline)
(set-point-x! p 10)
(write (list (point-x p) (point-y p)))
(newline)
(write (map point? (list 5 'a "s" '(3 4) (vector 3 4) car)))
(newline)
(write (list (vector? p) (pair? p) (procedure? p) (symbol? p)))
(newline)
