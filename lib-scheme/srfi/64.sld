;;; SRFI 64, test suites.
;;;
;;; The default runner reports on the current output port, and writes a log file only when
;;; `(test-log-to-file path)` has named one. The current runner belongs to the node; inside
;;; of `test-with-runner`, to the process.
;;;
;;; The type of a `test-error` may be #t, for any object raised, a predicate, or the kind of
;;; a condition, a symbol such as `wrong-type`.

(define-library (srfi 64)
  (export
   ;; forms of tests
   test-begin test-end test-group test-group-with-cleanup
   test-assert test-eqv test-eq test-equal test-approximate test-error
   test-read-eval-string
   ;; choosing
   test-match-name test-match-nth test-match-any test-match-all
   test-skip test-expect-fail test-apply test-with-runner
   ;; results
   test-result-kind test-passed? test-result-ref test-result-set! test-result-remove
   test-result-clear test-result-alist
   ;; runners
   test-runner? test-runner-current test-runner-get test-runner-simple test-runner-null
   test-runner-create test-runner-factory test-runner-reset
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
   test-on-test-begin-simple test-on-test-end-simple
   test-on-group-begin-simple test-on-group-end-simple
   test-on-bad-count-simple test-on-bad-end-name-simple test-on-final-simple
   test-log-to-file)
  (import (termite core) (termite primitives) (termite runtime)
          (termite test-runner) (termite test-report)
          (only (scheme eval) eval))
  (begin

    ;; -- groups --

    ;; Begins a group, and makes a runner if there is none. `count` says how many tests
    ;; it should have.
    (define (test-begin name #!optional (count #f))
      (let ((runner (or (test-runner-current) (install-runner))))
        ((test-runner-on-group-begin runner) runner name count)
        (%enter-group! runner name count)))

    ;; One that `test-begin` has made goes with the group in which it was made.
    (define (install-runner)
      (let ((runner (test-runner-create)))
        (%mark-installed! runner #t)
        (test-runner-current runner)
        runner))

    ;; Ends the group that began last. A name must be that of the group.
    (define (test-end #!optional (name #f))
      (let* ((runner (test-runner-get))
             (group (%current-group runner)))
        (if (not group)
            (error "test-end: no group has begun"))
        (if (and name (not (equal? name (%group-name group))))
            ((test-runner-on-bad-end-name runner) runner (%group-name group) name))
        (let ((count (%tests-in-group runner group))
              (expected (%group-expected group)))
          (if (and expected (not (= count expected)))
              ((test-runner-on-bad-count runner) runner count expected)))
        ((test-runner-on-group-end runner) runner)
        (%leave-group! runner group)
        (if (not (%current-group runner))
            (begin
              ((test-runner-on-final runner) runner)
              (if (%installed? runner)
                  (test-runner-current #f))))))

    ;; Evaluates the forms as a group, unless it is to be skipped.
    (define-syntax test-group
      (syntax-rules ()
        ((_ name form ...)
         (call-in-group name (lambda () form ... (if #f #f))))))

    (define (call-in-group name thunk)
      (let ((runner (test-runner-current)))
        (if (and runner (%skips? runner name))
            (%skip-group! runner name)
            (dynamic-wind
             (lambda () (test-begin name))
             thunk
             (lambda () (test-end name))))))

    ;; As `test-group`; the last form is evaluated however the others end.
    (define-syntax test-group-with-cleanup
      (syntax-rules ()
        ((_ name cleanup)
         (test-group name cleanup))
        ((_ name form ... cleanup)
         (test-group name
           (dynamic-wind
            (lambda () #f)
            (lambda () form ... (if #f #f))
            (lambda () cleanup))))))

    ;; -- tests --

    ;; `name` is a thunk or #f. `test` gives whether the test passes, and notes values.
    (define (run-test form name test)
      (let ((runner (test-runner-get))
            (name (if name (name) "")))
        (let ((kind (%begin-test! runner name form)))
          ((test-runner-on-test-begin runner) runner)
          (%finish-test! runner
                         (cond ((eq? kind 'skip) 'skip)
                               ((test runner) (if kind 'xpass 'pass))
                               (else (if kind 'xfail 'fail))))
          ((test-runner-on-test-end runner) runner))))

    ;; Whether a value is as it must be; #f if it raises.
    (define (passes? runner thunk ok?)
      (with-exception-catcher
       (lambda (object)
         (test-result-set! runner 'actual-error object)
         #f)
       (lambda ()
         (let ((value (thunk)))
           (test-result-set! runner 'actual-value value)
           (and (ok? value) #t)))))

    (define (run-assert form name thunk)
      (run-test form
                name
                (lambda (runner) (passes? runner thunk (lambda (value) value)))))

    (define (run-comparison form name expected thunk same?)
      (run-test form
                name
                (lambda (runner)
                  (let ((expected (expected)))
                    (test-result-set! runner 'expected-value expected)
                    (passes? runner thunk (lambda (value) (same? expected value)))))))

    (define (run-error form name type thunk)
      (run-test form
                name
                (lambda (runner)
                  (let ((type (type)))
                    (test-result-set! runner 'expected-error type)
                    (with-exception-catcher
                     (lambda (object)
                       (test-result-set! runner 'actual-error object)
                       (and (is-of-type? object type) #t))
                     (lambda ()
                       (test-result-set! runner 'actual-value (thunk))
                       #f))))))

    (define (is-of-type? object type)
      (cond ((procedure? type) (type object))
            ((symbol? type)
             (or (eq? object type)
                 (and (condition? object) (eq? type (condition-kind object)))))
            (else #t)))

    ;; `(test-assert [name] expression)` is a test that passes if the value is true.
    (define-syntax test-assert
      (syntax-rules ()
        ((_ name expression)
         (run-assert '(test-assert name expression)
                     (lambda () name)
                     (lambda () expression)))
        ((_ expression)
         (run-assert '(test-assert expression) #f (lambda () expression)))))

    ;; Defines a form that compares.
    (define-syntax define-comparison
      (syntax-rules ()
        ((_ form-name same?)
         (define-syntax form-name
           (syntax-rules ()
             ((_ name expected expression)
              (run-comparison '(form-name name expected expression)
                              (lambda () name)
                              (lambda () expected)
                              (lambda () expression)
                              same?))
             ((_ expected expression)
              (run-comparison '(form-name expected expression)
                              #f
                              (lambda () expected)
                              (lambda () expression)
                              same?)))))))

    ;; `(test-eqv [name] expected expression)` is a test that passes if the value is
    ;; `eqv?` to the expected one.
    (define-comparison test-eqv eqv?)

    ;; `(test-eq [name] expected expression)` is a test that passes if the value is `eq?`
    ;; to the expected one.
    (define-comparison test-eq eq?)

    ;; `(test-equal [name] expected expression)` is a test that passes if the value is
    ;; `equal?` to the expected one.
    (define-comparison test-equal equal?)

    (define (within error)
      (lambda (expected value)
        (<= (- expected error) value (+ expected error))))

    ;; `(test-approximate [name] expected expression error)` is a test that passes if the
    ;; value differs from the expected one by at most `error`.
    (define-syntax test-approximate
      (syntax-rules ()
        ((_ name expected expression error)
         (run-comparison '(test-approximate name expected expression error)
                         (lambda () name)
                         (lambda () expected)
                         (lambda () expression)
                         (within error)))
        ((_ expected expression error)
         (run-comparison '(test-approximate expected expression error)
                         #f
                         (lambda () expected)
                         (lambda () expression)
                         (within error)))))

    ;; `(test-error [[name] type] expression)` is a test that passes if an object of the
    ;; type is raised.
    (define-syntax test-error
      (syntax-rules ()
        ((_ name type expression)
         (run-error '(test-error name type expression)
                    (lambda () name)
                    (lambda () type)
                    (lambda () expression)))
        ((_ type expression)
         (run-error '(test-error type expression)
                    #f
                    (lambda () type)
                    (lambda () expression)))
        ((_ expression)
         (run-error '(test-error expression)
                    #f
                    (lambda () #t)
                    (lambda () expression)))))

    ;; The value of the only datum that the string is.
    (define (test-read-eval-string string)
      (let* ((port (open-input-string string))
             (form (%read port)))
        (if (eof-object? (%read-char port))
            (eval form)
            (error "test-read-eval-string: more than one datum:" string))))

    ;; -- choosing --

    ;; `(test-apply [runner] specifier ... procedure)` calls the procedure with a runner that
    ;; skips tests which no specifier matches.
    (define (test-apply first . rest)
      (cond ((test-runner? first)
             (test-with-runner first (apply test-apply rest)))
            ((test-runner-current)
             (let* ((all (reverse (cons first rest)))
                    (runner (test-runner-current)))
               (if (null? (cdr all))
                   ((car all))
                   (%call-choosing runner (reverse (cdr all)) (car all)))))
            (else
             (let ((runner (test-runner-create)))
               (test-with-runner runner (apply test-apply first rest))
               ((test-runner-on-final runner) runner)))))

    ;; Evaluates the forms with the runner as the current one.
    (define-syntax test-with-runner
      (syntax-rules ()
        ((_ runner form ...)
         (%call-with-runner runner (lambda () form ...)))))

    ;; Skips the tests that match all specifiers.
    (define (test-skip . specifiers)
      (%add-skip! (test-runner-get) (apply test-match-all specifiers)))

    ;; Expects the tests that match all specifiers to fail.
    (define (test-expect-fail . specifiers)
      (%add-expected-failure! (test-runner-get) (apply test-match-all specifiers)))))
