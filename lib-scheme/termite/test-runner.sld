;;; The runners of SRFI 64: what they hold, which one is current, and how tests and groups
;;; change them. What a runner does about the results is in its call-back procedures.

(define-library (termite test-runner)
  (export
   %make-runner test-runner? test-runner-reset
   test-runner-current test-runner-get %call-with-runner %mark-installed! %installed?
   test-runner-pass-count test-runner-fail-count test-runner-xpass-count
   test-runner-xfail-count test-runner-skip-count
   test-runner-test-name test-runner-group-path test-runner-group-stack
   test-runner-aux-value test-runner-aux-value!
   test-runner-on-test-begin test-runner-on-test-begin!
   test-runner-on-test-end test-runner-on-test-end!
   test-runner-on-group-begin test-runner-on-group-begin!
   test-runner-on-group-end test-runner-on-group-end!
   test-runner-on-bad-count test-runner-on-bad-count!
   test-runner-on-bad-end-name test-runner-on-bad-end-name!
   test-runner-on-final test-runner-on-final!
   test-result-kind test-passed? test-result-ref test-result-set! test-result-remove
   test-result-clear test-result-alist
   test-match-name test-match-nth test-match-any test-match-all
   %add-skip! %add-expected-failure! %call-choosing
   %enter-group! %leave-group! %current-group %group-name %group-expected
   %tests-in-group %skips? %skip-group!
   %begin-test! %finish-test!)
  (import (termite core) (termite primitives) (termite runtime) (termite list))
  (begin

    ;; -- what a runner holds --

    ;; `total` counts tests, a group that has ended as one. `groups` are those entered, the
    ;; innermost first. `skips` and `failures` are specifiers, the latest first; `chosen`
    ;; are those of `test-apply`, or #f: all. `results` is an alist.
    (define-record-type <test-runner>
      (new-runner pass fail xpass xfail skip total name groups skips failures chosen
                  results aux installed?
                  test-begin test-end group-begin group-end bad-count bad-end-name final)
      test-runner?
      (pass test-runner-pass-count set-pass!)
      (fail test-runner-fail-count set-fail!)
      (xpass test-runner-xpass-count set-xpass!)
      (xfail test-runner-xfail-count set-xfail!)
      (skip test-runner-skip-count set-skip!)
      (total total set-total!)
      (name test-runner-test-name set-name!)
      (groups groups set-groups!)
      (skips skips set-skips!)
      (failures failures set-failures!)
      (chosen chosen set-chosen!)
      (results results set-results!)
      (aux test-runner-aux-value test-runner-aux-value!)
      (installed? %installed? %mark-installed!)
      (test-begin test-runner-on-test-begin test-runner-on-test-begin!)
      (test-end test-runner-on-test-end test-runner-on-test-end!)
      (group-begin test-runner-on-group-begin test-runner-on-group-begin!)
      (group-end test-runner-on-group-end test-runner-on-group-end!)
      (bad-count test-runner-on-bad-count test-runner-on-bad-count!)
      (bad-end-name test-runner-on-bad-end-name test-runner-on-bad-end-name!)
      (final test-runner-on-final test-runner-on-final!))

    (define (nothing . arguments) #f)

    ;; One that does nothing about results.
    (define (%make-runner)
      (new-runner 0 0 0 0 0 0 "" '() '() '() #f '() #f #f
                  nothing nothing nothing nothing nothing nothing nothing))

    ;; Sets all counts of the runner to zero.
    (define (test-runner-reset runner)
      (for-each (lambda (set-count!) (set-count! runner 0))
                (list set-pass! set-fail! set-xpass! set-xfail! set-skip! set-total!))
      (set-name! runner "")
      (set-groups! runner '())
      (set-skips! runner '())
      (set-failures! runner '())
      (set-chosen! runner #f)
      (set-results! runner '()))

    ;; -- the current runner --

    ;; A pair of which the car is the runner or #f.
    (define place (make-parameter (list #f)))

    ;; The current runner, or #f; with an argument, that becomes it.
    (define (test-runner-current #!optional (runner #!default))
      (if (%default-object? runner)
          (car (place))
          (set-car! (place) runner)))

    ;; The current runner. Raises an error when there is none.
    (define (test-runner-get)
      (or (test-runner-current)
          (error "no test runner is current; test-begin makes one")))

    (define (%call-with-runner runner thunk)
      (parameterize ((place (list runner))) (thunk)))

    ;; -- results --

    (define (runner-or-current runner)
      (if (%default-object? runner) (test-runner-get) runner))

    ;; How the last test came out: `pass`, `fail`, `xpass`, `xfail` or `skip`; #f if none
    ;; has.
    (define (test-result-kind #!optional (runner #!default))
      (test-result-ref (runner-or-current runner) 'result-kind))

    ;; Whether the last test passed, as it should or not.
    (define (test-passed? #!optional (runner #!default))
      (and (memq (test-result-kind (runner-or-current runner)) '(pass xpass)) #t))

    ;; A property of the last test, or the default.
    (define (test-result-ref runner name #!optional (default #f))
      (let ((entry (assq name (results runner))))
        (if entry (cdr entry) default)))

    ;; Gives the last test a property.
    (define (test-result-set! runner name value)
      (set-results! runner (with-result name value (results runner))))

    (define (with-result name value alist)
      (cond ((null? alist) (list (cons name value)))
            ((eq? name (caar alist)) (cons (cons name value) (cdr alist)))
            (else (cons (car alist) (with-result name value (cdr alist))))))

    ;; Forgets a property of the last test.
    (define (test-result-remove runner name)
      (set-results! runner
                    (let without ((alist (results runner)))
                      (cond ((null? alist) '())
                            ((eq? name (caar alist)) (cdr alist))
                            (else (cons (car alist) (without (cdr alist))))))))

    ;; Forgets what is known of the last test.
    (define (test-result-clear runner)
      (set-results! runner '()))

    ;; What is known of the last test, as an association list.
    (define (test-result-alist runner)
      (results runner))

    ;; -- specifiers --

    ;; A specifier that matches the tests of a name.
    (define (test-match-name name)
      (lambda (runner) (equal? name (test-runner-test-name runner))))

    ;; From its `n`th call on, `count` times.
    (define (test-match-nth n #!optional (count 1))
      (let ((calls 0))
        (lambda (runner)
          (set! calls (+ calls 1))
          (and (>= calls n) (< calls (+ n count))))))

    ;; All are called, whatever the others say.
    (define (test-match-any . specifiers)
      (let ((specifiers (map specifier specifiers)))
        (lambda (runner) (any-holds? specifiers runner))))

    ;; A specifier that matches what all specifiers match.
    (define (test-match-all . specifiers)
      (let ((specifiers (map specifier specifiers)))
        (lambda (runner)
          (let loop ((rest specifiers) (result #t))
            (if (null? rest)
                result
                (let ((holds? ((car rest) runner)))
                  (loop (cdr rest) (and holds? result))))))))

    (define (any-holds? specifiers runner)
      (let loop ((rest specifiers) (result #f))
        (if (null? rest)
            result
            (let ((holds? ((car rest) runner)))
              (loop (cdr rest) (or holds? result))))))

    (define (specifier x)
      (cond ((procedure? x) x)
            ((exact-integer? x) (test-match-nth 1 x))
            ((string? x) (test-match-name x))
            (else (error "not a specifier of tests:" x))))

    (define (%add-skip! runner specifier)
      (set-skips! runner (cons specifier (skips runner))))

    (define (%add-expected-failure! runner specifier)
      (set-failures! runner (cons specifier (failures runner))))

    ;; Calls the procedure; of the tests, only those that a specifier matches are run.
    (define (%call-choosing runner specifiers thunk)
      (let ((before (chosen runner)))
        (dynamic-wind
         (lambda () (set-chosen! runner (map specifier specifiers)))
         thunk
         (lambda () (set-chosen! runner before)))))

    ;; -- groups --

    ;; With what there was before it, to be put back.
    (define-record-type <group>
      (make-group name expected total skips failures)
      group?
      (name %group-name)
      (expected %group-expected)
      (total group-total)
      (skips group-skips)
      (failures group-failures))

    (define (%current-group runner)
      (and (pair? (groups runner)) (car (groups runner))))

    ;; The names of the open groups, the innermost first.
    (define (test-runner-group-stack runner)
      (map %group-name (groups runner)))

    ;; The names of the open groups, the outermost first.
    (define (test-runner-group-path runner)
      (reverse (test-runner-group-stack runner)))

    (define (%enter-group! runner name expected)
      (set-name! runner name)
      (set-groups! runner
                   (cons (make-group name expected (total runner) (skips runner) (failures runner))
                         (groups runner))))

    (define (%tests-in-group runner group)
      (- (total runner) (group-total group)))

    (define (%leave-group! runner group)
      (set-total! runner (+ 1 (group-total group)))
      (set-skips! runner (group-skips group))
      (set-failures! runner (group-failures group))
      (set-groups! runner (cdr (groups runner))))

    (define (%skips? runner name)
      (set-name! runner name)
      (any-holds? (skips runner) runner))

    (define (%skip-group! runner name)
      (set-total! runner (+ 1 (total runner)))
      (set-skip! runner (+ 1 (test-runner-skip-count runner))))

    ;; -- tests --

    ;; What is known of the result: `skip`, `xfail` or #f.
    (define (%begin-test! runner name form)
      (set-name! runner name)
      (test-result-clear runner)
      (let* ((wanted? (or (not (chosen runner)) (any-holds? (chosen runner) runner)))
             (skip? (any-holds? (skips runner) runner))
             (fails? (any-holds? (failures runner) runner))
             (kind (cond ((or skip? (not wanted?)) 'skip) (fails? 'xfail) (else #f))))
        (if (not (equal? name ""))
            (test-result-set! runner 'test-name name))
        (test-result-set! runner 'source-form form)
        (if kind
            (test-result-set! runner 'result-kind kind))
        kind))

    (define (%finish-test! runner kind)
      (test-result-set! runner 'result-kind kind)
      (set-total! runner (+ 1 (total runner)))
      (case kind
        ((pass) (set-pass! runner (+ 1 (test-runner-pass-count runner))))
        ((fail) (set-fail! runner (+ 1 (test-runner-fail-count runner))))
        ((xpass) (set-xpass! runner (+ 1 (test-runner-xpass-count runner))))
        ((xfail) (set-xfail! runner (+ 1 (test-runner-xfail-count runner))))
        (else (set-skip! runner (+ 1 (test-runner-skip-count runner))))))))
