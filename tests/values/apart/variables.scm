;; The variables of a session on other nodes: each travels by value with the first code
;; that can reach it; from then on each node has its own. A second run of this script
;; starts afresh.

(define here (current-node))
(define counter 0)
(define (next!) (set! counter (+ counter 1)) counter)

(define table (make-hash-table))
(define shared (list 1 2 3))
(define unused-port (open-input-string "at home"))
(define (read-unused) (read unused-port))

(show (on there next!)
      (on there next!)
      counter
      (next!)
      (on there next!)
      (on third next!)
      (on third (lambda () counter))
      (on there (lambda () (on third (lambda () (next!)))))
      (list counter (on there (lambda () counter)) (on third (lambda () counter))))

;; What variables hold.
(show (on there (lambda () (hash-table-set! table 'there 1) (hash-table-size table)))
      (hash-table-size table)
      (on there (lambda () (hash-table-size table)))
      (on third (lambda () (hash-table-set! table 'a 1) (hash-table-set! table 'b 2) (hash-table-size table)))
      (on there (lambda () (set-car! shared 'there) shared))
      shared
      (on there (lambda () shared)))

;; A variable that cannot travel is one that raises when it is used, whether something assigns
;; it or not.
(define assigned-port (open-input-string "at home"))
(define (read-assigned) (read assigned-port))
(show (on there (lambda () (list 'before (procedure? read-assigned))))
      (on there read-assigned)
      (on there (lambda () (list assigned-port)))
      (begin (set! assigned-port 5) (on there read-assigned))
      (on there (lambda () (list unused-port)))
      (on there (lambda () (list 'before (procedure? read-unused))))
      (on there read-unused)
      (read-unused)
      (on third (lambda () (list unused-port))))

;; While this toplevel runs, later definitions are not there yet.
(define me (self))
(define early (remote-spawn there (lambda () (let loop () (recv ((from tag thunk) (! from (list tag (catch describe (thunk)))))) (loop)))))

(show (!? early (lambda () (later-procedure 1)) 5)
      (!? early (lambda () later-value) 5)
      (on there (lambda () (later-procedure 1)))
      (on third (lambda () later-value)))

(define waiting (spawn (lambda () (recv ('go (! me (list 'done (later-procedure 10) later-value)))))))
(define waiting-there (remote-spawn there (lambda () (recv ('go (! me (list 'done (later-procedure 10))))))))

(define (later-procedure x) (list 'later x))
(define later-value (list 'value 'of 'later))

(! waiting 'go)
(show (recv (('done . x) x) (after 5 'nothing)))
(show (!? early (lambda () (later-procedure 1)) 5)
      (!? early (lambda () later-value) 5)
      (on there (lambda () (later-procedure 2)))
      (on third (lambda () later-value)))
(! waiting-there 'go)
(show (recv (('done . x) x) (after 5 'nothing)))

;; Redefinition here is not seen there.
(set! later-value 'set)
(show (list later-value (on there (lambda () later-value)) (on third (lambda () later-value))))

;; Names that `eval` defines.
(eval '(define evaluated 1) (interaction-environment))
(define evaluator
  (eval '(lambda (node) (on node (lambda () (set! evaluated (+ evaluated 1)) evaluated))) (interaction-environment)))
(show (evaluator there)
      (evaluator there)
      (evaluator third)
      (eval 'evaluated (interaction-environment)))

;; A node gives on what it has, not what the first one has.
(define passed 'from-home)
(show (on there (lambda () (set! passed 'changed-there) passed))
      (on there (lambda () (on third (lambda () passed))))
      passed
      (on third (lambda () passed)))

;; What is raised along a link, procedures and what their code reaches included.
(define (raised-along-link node thunk)
  (catch termite-exception-object
    (remote-spawn-link node (lambda () (raise (thunk))))
    (? 5 'nothing)))
(show (raised-along-link there (lambda () (list 'symbol 1 "text")))
      (condition-report-string (raised-along-link there (lambda () (car counter))))
      (raised-along-link there (lambda () (list next!)))
      ((car (raised-along-link there (lambda () (list next!)))))
      (raised-along-link here (lambda () (list next!))))
