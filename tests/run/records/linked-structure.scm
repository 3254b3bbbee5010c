;; Records that refer to each other: a doubly linked list.
(define-record-type node
  (make-node value prev next)
  node?
  (value node-value)
  (prev node-prev set-node-prev!)
  (next node-next set-node-next!))
(define (append-node! last value)
  (let ((n (make-node value last #f)))
    (if last (set-node-next! last n))
    n))
(define first (append-node! #f 1))
(define last
  (let loop ((n first) (values '(2 3 4)))
    (if (null? values)
        n
        (loop (append-node! n (car values)) (cdr values)))))
(define (walk n step)
  (if n
      (cons (node-value n) (walk (step n) step))
      '()))
(write (walk first node-next))
(newline)
(write (walk last node-prev))
(newline)
(write (eq? first (node-prev (node-next first))))
(newline)
