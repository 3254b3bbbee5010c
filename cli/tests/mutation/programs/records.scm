;; Records: fields that are assigned, a tree of nodes, several types.
(define-record-type <point> (make-point x y) point? (x point-x set-point-x!) (y point-y))
(define-record-type <node>
  (make-node key left right)
  node?
  (key node-key)
  (left node-left set-node-left!)
  (right node-right set-node-right!))
(define-record-type <empty> (make-empty) empty?)

(define (insert! tree key)
  (cond ((empty? tree) (make-node key (make-empty) (make-empty)))
        ((< key (node-key tree)) (set-node-left! tree (insert! (node-left tree) key)) tree)
        (else (set-node-right! tree (insert! (node-right tree) key)) tree)))

(define (tree->list tree rest)
  (if (node? tree)
      (tree->list (node-left tree) (cons (node-key tree) (tree->list (node-right tree) rest)))
      rest))

(define (move p dx)
  (set-point-x! p (+ (point-x p) dx))
  (make-point (point-y p) (point-x p)))

(define (run keys)
  (let loop ((keys keys) (tree (make-empty)))
    (if (pair? keys)
        (loop (cdr keys) (insert! tree (car keys)))
        (let ((p (move (make-point 1.5 2) 3)))
          (list (tree->list tree '()) (point-x p) (point-y p) (point? tree) (empty? p)
                (guard (e (#t (condition-report-string e))) (point-x tree)))))))

(run '(5 2 8 1 9 3))
