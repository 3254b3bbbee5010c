;;; The dynamic environment: winders, handlers, parameters, and what jumps do to them.

(define (show . parts)
  (for-each display parts)
  (newline))

;; Collects what `note` is given while `body` runs.
(define trace '())
(define (note x) (set! trace (cons x trace)))
(define-syntax traced
  (syntax-rules ()
    ((_ body ...)
     (begin
       (set! trace '())
       (let ((result (let () body ...)))
         (reverse (cons result trace)))))))

(define (wind name thunk)
  (dynamic-wind (lambda () (note (list 'in name)))
                thunk
                (lambda () (note (list 'out name)))))

;; -- dynamic-wind --

(show "returns: " (traced (wind 'a (lambda () 'value))))
(show "escapes: "
      (traced (call/cc (lambda (k) (wind 'a (lambda () (wind 'b (lambda () (k 'out)))))))))
(show "re-enters: "
      (traced
       (let* ((k #f)
              (n 0)
              (v (wind 'a (lambda () (call/cc (lambda (c) (set! k c) 0))))))
         (set! n (+ n 1))
         (if (< n 3) (k n) v))))
(show "goes across: "
      (traced
       (let ((k #f) (again? #t))
         (wind 'o (lambda ()
                    (wind 'l (lambda () (wind 'l2 (lambda () (call/cc (lambda (c) (set! k c)))))))
                    (wind 'r (lambda () (if again? (begin (set! again? #f) (k #f)))))))
         'done)))
(show "an escape in an after thunk: "
      (traced
       (call/cc
        (lambda (k)
          (wind 'a
                (lambda ()
                  (dynamic-wind (lambda () (note 'in))
                                (lambda () 1)
                                (lambda () (note 'out) (k 'left)))))))))
(show "many values: " (call-with-values (lambda () (wind 'a (lambda () (values 1 2)))) list))
(show "no values: " (call-with-values (lambda () (wind 'a (lambda () (values)))) list))

;; before and after run in the dynamic environment of the call.
(define p (make-parameter 'outside))
(show "parameters in winders: "
      (traced
       (parameterize ((p 'call))
         (dynamic-wind (lambda () (note (p)))
                       (lambda () (parameterize ((p 'inside)) (note (p))))
                       (lambda () (note (p)))))
       (p)))
(show "handlers in winders: "
      (traced
       (guard (e (#t (list 'guarded e)))
         (dynamic-wind (lambda () (note 'in))
                       (lambda ()
                         (with-exception-handler (lambda (e) (note 'inner) 0)
                                                 (lambda () (raise-continuable 1))))
                       (lambda () (raise 'after))))))

;; -- parameters --

(define q (make-parameter 1 (lambda (x) (* x 10))))
(show "converted: " (list (q) (parameterize ((q 2)) (q)) (q)))
(show "not converted again: "
      (let ((k #f) (n 0) (seen '()))
        (parameterize ((q 3))
          (call/cc (lambda (c) (set! k c)))
          (set! seen (cons (q) seen)))
        (set! n (+ n 1))
        (if (< n 2) (k #f) (cons (q) seen))))
(show "many: " (parameterize ((p 'a) (q 5)) (list (p) (q))))
(show "values: " (call-with-values (lambda () (parameterize ((p 1)) (values (p) 2))) list))
(show "not a parameter: "
      (guard (e ((error-object? e) (condition-kind e))) (parameterize ((5 6)) 7)))
(show "an argument: " (guard (e ((error-object? e) (condition-kind e))) (p 5)))
(define strict (make-parameter 1 (lambda (x) (if (= x 2) (raise 'no)) x)))
(show "the converter raises: "
      (guard (e (#t (list e (p)))) (parameterize ((p 1) (strict 2)) 'never)))

;; -- exceptions --

(show "a handler's environment: "
      (call/cc
       (lambda (k)
         (with-exception-handler
          (lambda (e) (k (list 'outer e)))
          (lambda ()
            (with-exception-handler
             (lambda (e) (raise (list 'inner e)))
             (lambda () (raise 'x))))))))
(show "returns to raise-continuable: "
      (with-exception-handler
       (lambda (e) (values (* e 2) e))
       (lambda () (call-with-values (lambda () (raise-continuable 4)) list))))
(show "may not return to raise: "
      (guard (e ((error-object? e) (list (error-object-message e) (error-object-irritants e))))
        (with-exception-handler (lambda (e) 'returned) (lambda () (raise 'x)))))
(show "may not return to an error of a primitive: "
      (guard (e ((error-object? e) (error-object-message e)))
        (with-exception-handler (lambda (e) 'returned) (lambda () (car 5)))))
(show "the outer handler sees that: "
      (let ((seen '()))
        (guard (e (#t (reverse seen)))
          (with-exception-handler
           (lambda (e) (set! seen (cons (condition-report-string e) seen)))
           (lambda ()
             (with-exception-handler
              (lambda (e) (set! seen (cons e seen)))
              (lambda () (raise 'x))))))))
(show "guard reraises in the raise's environment: "
      (traced
       (with-exception-handler
        (lambda (e) (note (list 'handler e (p))) 'resumed)
        (lambda ()
          (guard (e ((string? e) 'never))
            (parameterize ((p 'raise))
              (wind 'a (lambda () (raise-continuable 'c)))))))))
(show "guard in a loop: "
      (let loop ((i 0)) (if (< i 300) (begin (guard (e (#t #f)) (raise i)) (loop (+ i 1))) i)))
(show "guard's => : " (guard (e ((memq e '(a b)) => cdr)) (raise 'a)))
(show "the clause is in tail position: "
      (let loop ((i 0)) (guard (e ((< i 300) (loop (+ i 1))) (else i)) (raise 'again))))
(show "not a procedure: "
      (guard (e ((error-object? e) (condition-report-string e)))
        (with-exception-handler 5 (lambda () 1))))

;; -- conditions --

(define (kind thunk)
  (guard (e ((condition? e) (list (condition-kind e) (condition-report-string e))))
    (thunk)))

(show (kind (lambda () (error "a message:" 1 "two" #\3 'four))))
(show (kind (lambda () (car 5))))
(show (kind (lambda () (vector-ref (vector 1) 1))))
(show (kind (lambda () (undefined-variable))))
(show (kind (lambda () (5))))
(show (kind (lambda () ((lambda (x) x)))))
(show (kind (lambda () (quotient 1 0))))
(show (kind (lambda () (open-input-file "/no/such/file"))))
(show (kind (lambda () (read (open-input-string "(")))))
(show (kind (lambda () (map car 5))))

;; -- continuations --

(show "deep: " (let loop ((n 2000)) (if (= n 0) (call/cc (lambda (k) (k 0))) (+ 1 (loop (- n 1))))))
(show "call-with-values: " (call-with-values (lambda () (values 1 2 3)) list)
      (call-with-values (lambda () 1) list) (call-with-values values list))
(show "generators: "
      (let ()
        (define (tree->generator tree)
          (define return #f)
          (define (resume)
            (for-each (lambda (x)
                        (call/cc (lambda (k) (set! resume (lambda () (k #f))) (return x))))
                      tree)
            (return 'end))
          (lambda () (call/cc (lambda (k) (set! return k) (resume)))))
        (define next (tree->generator '(1 2 3)))
        (let* ((a (next)) (b (next)) (c (next)) (d (next))) (list a b c d))))

;; -- promises --

(show "once: "
      (let* ((n 0) (p (delay (begin (set! n (+ n 1)) n)))) (list (force p) (force p) n)))
(show "re-entrant: "
      (letrec ((n 0)
               (p (delay (begin (set! n (+ n 1)) (if (> n 3) n (force p))))))
        (list (force p) (force p))))
(show "iterative: "
      (let loop ((n 2000) (p (delay 'end)))
        (if (= n 0) (force p) (loop (- n 1) (delay-force p)))))
(define (stream-loop n) (if (= n 0) (delay 'bottom) (delay-force (stream-loop (- n 1)))))
(show "a long chain: " (force (stream-loop 2000)))
(show "shared: "
      (let* ((r (delay (begin (note 'forced) 'v))) (s (delay-force r)) (t (delay-force s)))
        (traced (force t) (force r) (force s))))
(show "values: " (list (force 5) (promise? (make-promise 5)) (force (make-promise 5)) (promise? 5)
                       (let ((p (make-promise 1))) (eq? p (make-promise p)))))
