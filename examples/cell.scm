;; A mutable cell: a process whose loop holds the content ("Concurrency Oriented
;; Programming in Termite Scheme", section 4.6).
(import (termite))

(define (make-cell content)
  (spawn
   (lambda ()
     (let loop ((content content))
       (recv
         ((from tag 'ref)
          (! from (list tag content))
          (loop content))

         (('set! content)
          (loop content)))))))

(define (cell-ref cell)
  (!? cell 'ref))

(define (cell-set! cell value)
  (! cell (list 'set! value)))

(define cell (make-cell 1))
(println (cell-ref cell))
(cell-set! cell '(a list))
(println (cell-ref cell))

;; Any process may use it, and none shares what it holds.
(define seen (cell-ref cell))
(spawn (lambda () (cell-set! cell 'elsewhere)))
(let wait ()
  (if (not (eq? (cell-ref cell) 'elsewhere))
      (wait)))
(println (list seen (cell-ref cell)))
