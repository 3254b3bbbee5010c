;; What the programs of this folder share. Each defines (run here there third), which
;; prints; the three nodes may be one.

(define-syntax show
  (syntax-rules ()
    ((_ expression ...)
     (begin
       (begin
         (write 'expression)
         (display " => ")
         (write (catch describe expression))
         (newline))
       ...))))

;; What was raised, without pids.
(define (describe e)
  (cond ((termite-exception? e)
         (list 'exception
               (termite-exception-reason e)
               (describe (termite-exception-object e))))
        ((condition? e) (condition-report-string e))
        (else (list 'raised e))))

;; Calls the procedure in a new process with a procedure that moves to a node; its value.
(define (journey procedure)
  (let* ((me (self))
         (traveller
          (spawn
           (lambda ()
             (let ((result (catch describe (procedure migrate-task))))
               (! me (list 'result result)))))))
    (recv
      (('result result)
       (wait-for traveller 8)
       result)
      (after 8 'no-result))))

;; The value of a thunk, by way of two other nodes.
(define (by-way-of there third thunk)
  (on there (lambda () (on third thunk))))
