;; Records as exceptions, taken apart in guard clauses.
(define-record-type failure
  (make-failure code detail)
  failure?
  (code failure-code)
  (detail failure-detail))
(define (risky n)
  (if (odd? n)
      (raise (make-failure n "odd"))
      n))
(define (handle n)
  (guard (e ((and (failure? e) (> (failure-code e) 10)) 'big-failure)
            ((failure? e) (list (failure-code e) (failure-detail e))))
    (risky n)))
(write (map handle '(2 3 13)))
(newline)
