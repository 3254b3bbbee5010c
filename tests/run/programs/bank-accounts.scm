;; Accounts with conditions: transfers that happen wholly or not at all.
(define-record-type account (make-account owner balance history) account?
  (owner account-owner)
  (balance account-balance set-account-balance!)
  (history account-history set-account-history!))

(define-record-type bank-error (make-bank-error kind account amount) bank-error?
  (kind bank-error-kind)
  (account bank-error-account)
  (amount bank-error-amount))

(define (change! account amount)
  (set-account-balance! account (+ (account-balance account) amount))
  (set-account-history! account (cons amount (account-history account))))

(define (deposit! account amount)
  (if (<= amount 0)
      (raise (make-bank-error 'bad-amount account amount)))
  (change! account amount))

(define (withdraw! account amount)
  (cond ((<= amount 0) (raise (make-bank-error 'bad-amount account amount)))
        ((> amount (account-balance account))
         (raise (make-bank-error 'insufficient account amount)))
        (else (change! account (- amount)))))

(define (call-with-rollback accounts thunk)
  (let ((saved (map (lambda (a) (cons (account-balance a) (account-history a))) accounts)))
    (guard (e (#t (for-each (lambda (a s)
                              (set-account-balance! a (car s))
                              (set-account-history! a (cdr s)))
                            accounts saved)
                  (raise e)))
      (thunk))))

(define (transfer! from to amount)
  (call-with-rollback
   (list from to)
   (lambda ()
     (deposit! to amount)
     (withdraw! from amount))))

(define-syntax report
  (syntax-rules ()
    ((_ e)
     (begin
       (write 'e)
       (display ": ")
       (display
        (guard (problem ((bank-error? problem)
                         (list 'refused (bank-error-kind problem)
                               (account-owner (bank-error-account problem))
                               (bank-error-amount problem))))
          e
          'done))
       (newline)))))

(define ann (make-account 'ann 100 '()))
(define bob (make-account 'bob 20 '()))
(report (deposit! ann 50))
(report (withdraw! bob 30))
(report (transfer! ann bob 120))
(report (transfer! ann bob 120))
(report (transfer! bob ann -5))
(report (transfer! bob ann 40))
(for-each
 (lambda (a)
   (write (list (account-owner a) (account-balance a) (reverse (account-history a))))
   (newline))
 (list ann bob))
