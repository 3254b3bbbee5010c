;; The famous puzzle of two continuations, bounded to a few rounds.
(define rounds 0)
(call/cc
 (lambda (stop)
   (let* ((yin ((lambda (cc) (write-char #\@) cc)
                (call/cc (lambda (c) c))))
          (yang ((lambda (cc)
                   (write-char #\*)
                   (set! rounds (+ rounds 1))
                   (if (= rounds 12) (stop 'enough))
                   cc)
                 (call/cc (lambda (c) c)))))
     (yin yang))))
(newline)
