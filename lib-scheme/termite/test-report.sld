;;; The runners that SRFI 64 comes with: one that reports on the current output port, and in
;;; a log file if one was named, and one that does nothing.

(define-library (termite test-report)
  (export
   test-runner-simple test-runner-null test-runner-create test-runner-factory
   test-on-test-begin-simple test-on-test-end-simple
   test-on-group-begin-simple test-on-group-end-simple
   test-on-bad-count-simple test-on-bad-end-name-simple test-on-final-simple
   test-log-to-file)
  (import (termite core) (termite primitives) (termite runtime) (termite list)
          (termite port) (termite test-runner))
  (begin

    ;; A runner that counts and reports nothing.
    (define (test-runner-null) (%make-runner))

    ;; A runner that reports on the current output port.
    (define (test-runner-simple)
      (let ((runner (%make-runner)))
        (test-runner-on-test-begin! runner test-on-test-begin-simple)
        (test-runner-on-test-end! runner test-on-test-end-simple)
        (test-runner-on-group-begin! runner test-on-group-begin-simple)
        (test-runner-on-group-end! runner test-on-group-end-simple)
        (test-runner-on-bad-count! runner test-on-bad-count-simple)
        (test-runner-on-bad-end-name! runner test-on-bad-end-name-simple)
        (test-runner-on-final! runner test-on-final-simple)
        runner))

    ;; -- what new runners are --

    ;; A place for a value: without an argument it is read, else set.
    (define (make-place value)
      (lambda (#!optional (new #!default))
        (if (%default-object? new)
            value
            (set! value new))))

    ;; The procedure that makes runners; with an argument, that becomes it.
    (define test-runner-factory (make-place test-runner-simple))

    ;; A runner as the current factory makes it.
    (define (test-runner-create) ((test-runner-factory)))

    ;; The path of the file to which runners made by `test-runner-simple` write the results
    ;; of all tests from their first group on, or #f.
    (define test-log-to-file (make-place #f))

    ;; -- writing --

    (define (log-port runner)
      (let ((port (test-runner-aux-value runner)))
        (and (output-port? port) port)))

    (define (say-to port parts)
      (for-each (lambda (part) (%display part port)) parts)
      (%newline port))

    (define (say runner . parts)
      (say-to (current-output-port) parts)
      (apply note runner parts))

    (define (note runner . parts)
      (if (log-port runner)
          (say-to (log-port runner) parts)))

    ;; -- call-backs --

    ;; Notes the beginning of a group.
    (define (test-on-group-begin-simple runner name count)
      (if (null? (test-runner-group-stack runner))
          (begin
            (if (and (test-log-to-file) (not (test-runner-aux-value runner)))
                (test-runner-aux-value! runner (open-output-file (test-log-to-file))))
            (say runner "%%%% Starting test " name))
          (note runner "Group begin: " name)))

    ;; Notes the end of a group.
    (define (test-on-group-end-simple runner)
      (note runner "Group end: " (car (test-runner-group-stack runner))))

    ;; Notes the beginning of a test.
    (define (test-on-test-begin-simple runner) #f)

    ;; What is not as it should be is shown.
    (define (test-on-test-end-simple runner)
      (let ((kind (test-result-kind runner))
            (parts (append (place-parts runner) (list (test-parts runner)))))
        (if (memq kind '(fail xpass))
            (begin
              (apply say runner (kind-name kind) " " parts)
              (for-each (lambda (line) (apply say runner line)) (details runner)))
            (apply note runner (kind-name kind) " " parts))))

    (define (kind-name kind)
      (case kind
        ((pass) "PASS") ((fail) "FAIL") ((xpass) "XPASS") ((xfail) "XFAIL") (else "SKIP")))

    ;; The groups, each with a colon.
    (define (place-parts runner)
      (map (lambda (name) (string-append (object->text name) ": "))
           (test-runner-group-path runner)))

    (define (object->text x)
      (if (string? x) x (object->string x)))

    ;; The name of the test, or its form.
    (define (test-parts runner)
      (let ((name (test-runner-test-name runner)))
        (if (equal? name "")
            (object->string (test-result-ref runner 'source-form))
            name)))

    (define (details runner)
      (let loop ((rest '((expected-value . "  expected value: ")
                         (actual-value . "  actual value:   ")
                         (expected-error . "  expected error: ")
                         (actual-error . "  actual error:   "))))
        (if (null? rest)
            '()
            (let ((entry (assq (caar rest) (test-result-alist runner))))
              (if entry
                  (cons (list (cdar rest) (shown (cdr entry))) (loop (cdr rest)))
                  (loop (cdr rest)))))))

    (define (shown x)
      (if (condition? x)
          (condition-report-string x)
          (object->string x)))

    ;; Reports a group that had another number of tests than it should.
    (define (test-on-bad-count-simple runner count expected)
      (say runner "*** " count " tests were run instead of " expected))

    ;; Raises an error for a group that ends with another name than it began with.
    (define (test-on-bad-end-name-simple runner begun ended)
      (error (string-append "test-end " (object->text ended)
                            " does not match test-begin " (object->text begun))))

    ;; Reports how many tests passed and failed.
    (define (test-on-final-simple runner)
      (say-count runner "expected passes" (test-runner-pass-count runner))
      (say-count runner "expected failures" (test-runner-xfail-count runner))
      (say-count runner "unexpected successes" (test-runner-xpass-count runner))
      (say-count runner "unexpected failures" (test-runner-fail-count runner))
      (say-count runner "skipped tests" (test-runner-skip-count runner))
      (if (log-port runner)
          (begin
            (close-port (log-port runner))
            (test-runner-aux-value! runner #f))))

    (define (say-count runner what n)
      (if (> n 0)
          (let ((padding (make-string (max 1 (- 22 (string-length what))) #\space)))
            (say runner "# of " what padding n))))))
