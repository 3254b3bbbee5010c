;; Binary trees: many short-lived ones of several depths beside one that lives
;; throughout, so that young objects die and old ones are kept.

;; @size full=18 zeal=4
(define size 18)

(define min-depth 4)

;; A leaf is (() . ()), an inner node a pair of two trees.
(define (make-tree depth)
  (if (= depth 0)
      (cons '() '())
      (cons (make-tree (- depth 1))
            (make-tree (- depth 1)))))

(define (count-nodes tree)
  (if (null? tree)
      0
      (+ 1 (count-nodes (car tree)) (count-nodes (cdr tree)))))

(define (count-trees trees depth sum)
  (if (= trees 0)
      sum
      (count-trees (- trees 1)
                   depth
                   (+ sum (count-nodes (make-tree depth))))))

(define (main depth)
  (let ((kept (make-tree depth))
        (slots (make-vector 1000 '())))
    (let loop ((d min-depth) (sum 0))
      (if (> d depth)
          (+ sum (count-nodes kept) (keep-trees! slots 0))
          (loop (+ d 2)
                (+ sum (count-trees (expt 2 (- depth d)) d 0)))))))

;; Stores new trees into an old vector, which the collector has to notice.
(define (keep-trees! slots i)
  (if (= i (vector-length slots))
      (count-kept slots 0 0)
      (begin
        (vector-set! slots i (make-tree 5))
        (keep-trees! slots (+ i 1)))))

(define (count-kept slots i sum)
  (if (= i (vector-length slots))
      sum
      (count-kept slots (+ i 1) (+ sum (count-nodes (vector-ref slots i))))))

;; A tree of depth d has 2^(d+1) - 1 nodes.
(define (expected depth)
  (let loop ((d min-depth)
             (sum (+ (- (expt 2 (+ depth 1)) 1) (* 1000 63))))
    (if (> d depth)
        sum
        (loop (+ d 2)
              (+ sum (* (expt 2 (- depth d)) (- (expt 2 (+ d 1)) 1)))))))

(bench-run "gctest" (lambda () (main size)) (expected size))
