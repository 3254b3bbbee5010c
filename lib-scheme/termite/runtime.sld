;;; The run-time library: control. It owns the dynamic environment and everything that
;;; enters, leaves or searches it: continuations, `dynamic-wind`, exception handlers,
;;; conditions, parameters; and promises, which expanded code makes through it.
;;;
;;; It is the bottom of the libraries: it imports nothing but forms and primitives, and
;;; uses no form that expands into calls of its own exports (guard, parameterize, delay).
;;;
;;; Invariants:
;;; - A dynamic environment `(winders handlers . parameters)` is never changed. Whoever
;;;   enters a new one puts the old one back at the return point, so that a procedure
;;;   returns in the environment in which it was called.
;;; - A continuation is a frame and the dynamic environment that belongs to it. Nothing
;;;   here is changed by returning, so a continuation may be entered any number of times.
;;; - There is no state at toplevel.

(define-library (termite runtime)
  (export call-with-current-continuation
          (rename call-with-current-continuation call/cc)
          (rename call-with-current-continuation call-with-escape-continuation)
          call-with-values dynamic-wind
          with-exception-handler with-exception-catcher raise-continuable
          condition? (rename condition? error-object?)
          condition-kind condition-report-string
          error-object-message error-object-irritants read-error? file-error?
          make-parameter
          make-promise promise? force
          exit emergency-exit
          %parameterize %guard %make-lazy %make-delayed %make-done %assertion-failed
          %values-list %check-procedure %run-thunks
          %unwind %at-base %from-base %without-place)
  (import (termite core) (termite primitives))
  (begin

    ;; -- arguments and values --

    (define (%check-procedure who argument x)
      (if (not (procedure? x))
          (%signal-wrong-type who argument "a procedure" x)))

    ;; Returns the elements of a list as values. One value, the usual case, does not go
    ;; through `apply`.
    (define (%values-list list)
      (if (and (pair? list) (null? (cdr list)))
          (car list)
          (apply values list)))

    ;; What `%compile` gives: procedures to be called in order, the last one for its value.
    (define (%run-thunks thunks)
      (if (null? (cdr thunks))
          ((car thunks))
          (begin
            ((car thunks))
            (%run-thunks (cdr thunks)))))

    ;; Calls the consumer with the values that the producer returns.
    (define (call-with-values producer consumer)
      (receive results (producer)
        (if (and (pair? results) (null? (cdr results)))
            (consumer (car results))
            (apply consumer results))))

    ;; -- the dynamic environment --

    (define (dynenv-winders d) (car d))
    (define (dynenv-handlers d) (car (cdr d)))
    (define (dynenv-parameters d) (cdr (cdr d)))

    (define (with-winders d winders)
      (cons winders (cdr d)))

    (define (with-handlers d handlers)
      (cons (car d) (cons handlers (cdr (cdr d)))))

    (define (with-parameters d parameters)
      (cons (car d) (cons (car (cdr d)) parameters)))

    ;; Calls `thunk` in the dynamic environment `d`.
    (define (call-in d thunk)
      (let ((outside (%dynenv)))
        (%set-dynenv! d)
        (receive results (thunk)
          (%set-dynenv! outside)
          (%values-list results))))

    ;; -- winders --
    ;;
    ;; A winder is `#(before after dynenv depth)`; `dynenv` is that of the call of
    ;; `dynamic-wind`, in which both thunks run, and its winders are those around this
    ;; one. No winder is #f, of depth 0.

    (define (winder-before w) (vector-ref w 0))
    (define (winder-after w) (vector-ref w 1))
    (define (winder-dynenv w) (vector-ref w 2))
    (define (winder-depth w) (if w (vector-ref w 3) 0))
    (define (winder-outer w) (dynenv-winders (winder-dynenv w)))

    (define (make-winder before after d)
      (vector before after d (+ 1 (winder-depth (dynenv-winders d)))))

    ;; Calls the thunks in order; `before` and `after` are also called whenever the
    ;; second one's extent is entered and left. Its values.
    (define (dynamic-wind before thunk after)
      (let ((outside (%dynenv)))
        (before)
        (%set-dynenv! (with-winders outside (make-winder before after outside)))
        (receive results (thunk)
          (%set-dynenv! outside)
          (after)
          (%values-list results))))

    ;; Leaves the extents from `from` up to where it meets the winders of `to`, then
    ;; enters those of `to`. Comparing depths finds the common ancestor; winders that
    ;; came from another process or node have none.
    (define (wind from to)
      (if (not (eq? from to))
          (if (>= (winder-depth from) (winder-depth to))
              (begin
                (leave from)
                (wind (winder-outer from) to))
              (begin
                (wind from (winder-outer to))
                (enter to)))))

    (define (leave winder)
      (%set-dynenv! (winder-dynenv winder))
      ((winder-after winder)))

    (define (enter winder)
      (%set-dynenv! (winder-dynenv winder))
      ((winder-before winder)))

    ;; Leaves all extents, because the process ends.
    (define (%unwind)
      (wind (dynenv-winders (%dynenv)) #f))

    ;; Leaves all extents and handlers for good; the process ends with `thunk`.
    (define (%at-base thunk)
      (%unwind)
      (%set-dynenv! base-dynenv)
      (thunk)
      (%end-process 'halt 'normal))

    ;; What a process does that is to have no parameter bindings of who starts it.
    (define (%from-base thunk)
      (lambda ()
        (%set-dynenv! base-dynenv)
        (thunk)))

    (define (wind-to d)
      (wind (dynenv-winders (%dynenv)) (dynenv-winders d))
      (%set-dynenv! d))

    ;; -- continuations --

    ;; As long as control has not left the dynamic environment, entering a continuation
    ;; is a throw and nothing else.
    (define (call-with-current-continuation procedure)
      (let ((frame (%capture))
            (d (%dynenv)))
        (procedure
         (case-lambda
           ((result)
            (if (eq? d (%dynenv))
                (%throw frame result)
                (return-to frame d (list result))))
           (results
            (return-to frame d results))))))

    (define (return-to frame d results)
      (wind-to d)
      (%throw-list frame results))

    ;; -- conditions --

    ;; What primitives and `error` raise. The report of an uncaught condition is made
    ;; from these fields in this order; `site` and `frame` say where it was raised.
    (define-record-type condition
      (make-condition kind message irritants site frame)
      condition?
      (kind condition-kind)
      (message error-object-message)
      (irritants error-object-irritants)
      (site condition-site)
      (frame condition-frame))

    ;; For another node: a copy of a condition without the place where it was raised;
    ;; another object as it is.
    (define (%without-place x)
      (if (condition? x)
          (make-condition (condition-kind x)
                          (error-object-message x)
                          (error-object-irritants x)
                          #f
                          #f)
          x))

    ;; Whether the object was raised because a text could not be read.
    (define (read-error? x)
      (and (condition? x) (eq? (condition-kind x) 'read)))

    ;; Whether the object was raised because a file could not be used.
    (define (file-error? x)
      (and (condition? x) (eq? (condition-kind x) 'file)))

    ;; The message, and the irritants as `write` shows them.
    (define (condition-report-string condition)
      (let loop ((irritants (error-object-irritants condition))
                 (parts (list (error-object-message condition))))
        (if (pair? irritants)
            (loop (cdr irritants)
                  (cons (object->string (car irritants)) (cons " " parts)))
            (string-concatenate (reverse parts)))))

    ;; -- exceptions --

    ;; Calls the thunk with a handler that is called, where it was raised, with what is
    ;; raised.
    (define (with-exception-handler handler thunk)
      (%check-procedure 'with-exception-handler 1 handler)
      (let ((d (%dynenv)))
        (call-in (with-handlers d (cons handler (dynenv-handlers d))) thunk)))

    ;; The machine calls this for everything raised by `raise`, by `error`, or by a
    ;; primitive, on the continuation of what failed.
    (define (raise-hook kind message irritants site payload)
      (let ((frame (%capture)))
        (signal (if (%default-object? payload)
                    (make-condition kind message irritants site frame)
                    payload)
                frame
                site)))

    ;; Calls the current handler, in the environment of the raise but with the handlers
    ;; around it. If it returns, that is an error for those handlers (R7RS 6.11).
    (define (signal object frame site)
      (let* ((d (%dynenv))
             (handlers (dynenv-handlers d)))
        (if (null? handlers)
            (%uncaught object frame site)
            (begin
              (%set-dynenv! (with-handlers d (cdr handlers)))
              ((car handlers) object)
              (signal (handler-returned object frame site) frame site)))))

    (define (handler-returned object frame site)
      (make-condition 'error
                      "handler returned from non-continuable raise"
                      (list object)
                      site
                      frame))

    ;; Raises an object; what the handler returns is the value.
    (define (raise-continuable object)
      (signal-continuable object (%capture)))

    (define (signal-continuable object frame)
      (let* ((d (%dynenv))
             (handlers (dynenv-handlers d)))
        (if (null? handlers)
            (uncaught object frame)
            (begin
              (%set-dynenv! (with-handlers d (cdr handlers)))
              (receive results ((car handlers) object)
                (%set-dynenv! d)
                (%values-list results))))))

    ;; A condition knows where it was raised, however often it has been raised again.
    (define (uncaught object frame)
      (if (condition? object)
          (%uncaught object (condition-frame object) (condition-site object))
          (%uncaught object frame #f)))

    ;; What reaches a guard instead of results when its body has raised `object`.
    (define-record-type raised
      (make-raised object again)
      raised?
      (object raised-object)
      (again raised-again))

    ;; `guard` (R7RS 4.2.7). The handler is called with the object raised and a thunk
    ;; that goes back and raises it again; it is called outside of the body's extent, in
    ;; tail position.
    (define (%guard thunk handler)
      (let ((d (%dynenv)))
        (receive results (call-guarded thunk)
          (%set-dynenv! d)
          (if (and (pair? results) (raised? (car results)))
              (handler (raised-object (car results)) (raised-again (car results)))
              (%values-list results)))))

    (define (call-guarded thunk)
      (let ((frame (%capture))
            (d (%dynenv)))
        (%set-dynenv!
         (with-handlers d (cons (guard-handler frame d) (dynenv-handlers d))))
        (thunk)))

    (define (guard-handler guard-frame guard-dynenv)
      (lambda (object)
        (let* ((frame (%capture))
               (d (%dynenv))
               (raise-again (lambda () (raise-again-in frame d object))))
          (return-to guard-frame guard-dynenv (list (make-raised object raise-again))))))

    (define (raise-again-in frame d object)
      (wind-to d)
      (receive results (signal-continuable object frame)
        (%throw-list frame results)))

    ;; What `(assert expression message ...)` does when the expression is false.
    (define (%assertion-failed expression . message)
      (if (and (pair? message) (string? (car message)))
          (apply error (string-append "assertion failed: " (car message)) (cdr message))
          (apply error "assertion failed:" expression message)))

    ;; Calls the thunk; if it raises, leaves it and returns what the handler makes of the
    ;; object.
    (define (with-exception-catcher handler thunk)
      (%check-procedure 'with-exception-catcher 1 handler)
      (%guard thunk (lambda (object raise-again) (handler object))))

    ;; -- parameters --

    ;; The identity of a parameter object, its value outside of every `parameterize`,
    ;; and its converter or #f. `id` is a tag, and a name for those that libraries define:
    ;; by it, it is found on other nodes. `procedure` is the parameter object itself, for
    ;; the node, so that one that comes back is the one that went. Bindings are pairs of a
    ;; parameter and a value.
    (define-record-type parameter
      (make-parameter-record value converter id procedure)
      parameter?
      (value parameter-initial-value)
      (converter parameter-converter)
      (id parameter-id)
      (procedure parameter-procedure set-parameter-procedure!))

    (define (new-parameter value converter)
      (let* ((parameter (make-parameter-record value converter (%make-tag) #f))
             (object (parameter-object parameter)))
        (set-parameter-procedure! parameter object)
        object))

    ;; Asks a parameter object for its `parameter` record.
    (define which-parameter (list 'which-parameter))

    ;; A procedure that returns a value, which `parameterize` changes; it is what the
    ;; converter makes of what is given.
    (define (make-parameter value #!optional converter)
      (if (not converter)
          (new-parameter value #f)
          (begin
            (%check-procedure 'make-parameter 2 converter)
            (new-parameter (converter value) converter))))

    (define (parameter-object parameter)
      (case-lambda
        (() (parameter-value parameter))
        ((request)
         (if (eq? request which-parameter)
             parameter
             (error "a parameter takes no argument (parameterize gives it a value):"
                    request)))))

    (define (parameter-value parameter)
      (let ((bindings (dynenv-parameters (%dynenv))))
        (if (null? bindings)
            (parameter-initial-value parameter)
            (let ((binding (assq parameter bindings)))
              (if binding
                  (cdr binding)
                  (parameter-initial-value parameter))))))

    (define (%parameterize parameters values thunk)
      (let ((d (%dynenv)))
        (call-in (with-parameters d (bind parameters values (dynenv-parameters d)))
                 thunk)))

    (define (bind parameters values bindings)
      (if (null? parameters)
          bindings
          (bind (cdr parameters)
                (cdr values)
                (cons (make-binding (car parameters) (car values)) bindings))))

    (define (make-binding object value)
      (let* ((parameter (parameter-of object))
             (converter (parameter-converter parameter)))
        (cons parameter (if converter (converter value) value))))

    (define (parameter-of object)
      (let ((parameter (and (procedure? object) (object which-parameter))))
        (if (parameter? parameter)
            parameter
            (%signal-wrong-type 'parameterize 1 "a parameter" object))))

    ;; -- promises --

    ;; The state is a pair that promises of one chain of `delay-force` share: its car is
    ;; `done`, `delayed` (the cdr is a thunk that gives the value) or `lazy` (the cdr is
    ;; a thunk that gives a promise).
    (define-record-type promise
      (new-promise state)
      promise?
      (state promise-state set-promise-state!))

    (define (%make-lazy thunk) (new-promise (cons 'lazy thunk)))
    (define (%make-delayed thunk) (new-promise (cons 'delayed thunk)))

    ;; A promise whose value is known; a promise is itself.
    (define (make-promise x)
      (if (promise? x) x (%make-done x)))

    (define (%make-done x) (new-promise (cons 'done x)))

    ;; The value of a promise, which is worked out once; what is no promise is itself.
    (define (force promise)
      (if (promise? promise)
          (force-state promise (promise-state promise))
          promise))

    (define (force-state promise state)
      (case (car state)
        ((done) (cdr state))
        ((delayed)
         (let ((x ((cdr state))))
           (finish promise x)))
        (else
         (let ((next ((cdr state))))
           (continue promise next)))))

    ;; The state is looked at anew: forcing may have forced this very promise, and then
    ;; the first value stays (R7RS 4.2.5).
    (define (finish promise x)
      (let ((state (promise-state promise)))
        (if (eq? (car state) 'done)
            (cdr state)
            (begin
              (set-cdr! state x)
              (set-car! state 'done)
              x))))

    ;; Takes over the state of the promise that a `delay-force` gave and goes on with
    ;; it, in a loop, so that a chain of them needs no space.
    (define (continue promise next)
      (let ((state (promise-state promise)))
        (cond ((eq? (car state) 'done) (cdr state))
              ((promise? next)
               (let ((next-state (promise-state next)))
                 (set-car! state (car next-state))
                 (set-cdr! state (cdr next-state))
                 (set-promise-state! next state)
                 (force-state promise state)))
              (else (finish promise next)))))

    ;; -- the end of the program --

    ;; Ends the program after what is outstanding: with 0 for no argument or #t, 1 for
    ;; #f, or the number.
    (define (exit #!optional (result #t))
      (%unwind)
      (%exit (exit-code result)))

    ;; Ends the program at once, without what is outstanding.
    (define (emergency-exit #!optional (result #t))
      (%exit (exit-code result)))

    ;; R7RS 6.14: no argument or #t is success, #f is failure.
    (define (exit-code result)
      (cond ((eq? result #t) 0)
            ((exact-integer? result) (modulo result 256))
            (else 1)))

    (define base-dynenv (cons #f (cons '() '())))

    (%set-base-dynenv! base-dynenv)
    (%set-dynenv! base-dynenv)
    (%set-raise-hook! raise-hook)))
