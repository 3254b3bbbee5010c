;; Continuations are first class and may be entered again: a generator that walks a
;; tree and stops at every leaf, and `amb`, which goes back to earlier choices.

(define (tree->generator tree)
  (define return #f)
  (define (resume)
    (let walk ((t tree))
      (cond ((null? t) #f)
            ((pair? t) (walk (car t)) (walk (cdr t)))
            (else (call/cc (lambda (next)
                             (set! resume (lambda () (next #f)))
                             (return t))))))
    (return 'done))
  (lambda ()
    (call/cc (lambda (k)
               (set! return k)
               (resume)))))

(define next (tree->generator '((1 2) (3 (4)) 5)))
(let loop ((leaf (next)))
  (unless (eq? leaf 'done)
    (display leaf)
    (display " ")
    (loop (next))))
(newline)

(define choices '())

(define (fail)
  (let ((k (car choices)))
    (set! choices (cdr choices))
    (k #f)))

(define (amb . options)
  (call/cc
   (lambda (return)
     (for-each
      (lambda (option)
        (call/cc (lambda (retry)
                   (set! choices (cons retry choices))
                   (return option))))
      options)
     (fail))))

(let* ((a (amb 1 2 3 4 5 6 7 8 9))
       (b (amb 1 2 3 4 5 6 7 8 9))
       (c (amb 1 2 3 4 5 6 7 8 9)))
  (if (and (< a b c) (= (+ (* a a) (* b b)) (* c c)))
      (begin (write (list a b c)) (newline))
      (fail)))
