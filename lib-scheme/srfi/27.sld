;;; SRFI 27, sources of random bits.
;;;
;;; A source is a record around the state of its generator, so it is copied where values
;;; are copied, and goes to other nodes. The default source stands for the node's own
;;; generator, here and wherever it goes.

(define-library (srfi 27)
  (export random-integer random-real default-random-source
          make-random-source random-source?
          random-source-state-ref random-source-state-set!
          random-source-randomize! random-source-pseudo-randomize!
          random-source-make-integers random-source-make-reals)
  (import (termite core) (termite primitives))
  (begin

    ;; The state is a bytevector, or #f: the node's generator.
    (define-record-type random-source
      (new-source state)
      random-source?
      (state source-state set-source-state!))

    ;; The source that `random-integer` and `random-real` draw from.
    (define default-random-source (new-source #f))

    ;; A source that always starts from the same state.
    (define (make-random-source)
      (new-source (%random-state-from 0)))

    (define (check-source who source)
      (if (not (random-source? source))
          (%signal-wrong-type who 1 "a random source" source)))

    ;; What `random-source-state-set!` takes, here or elsewhere; it can be written and read.
    (define (random-source-state-ref source)
      (check-source 'random-source-state-ref source)
      (list 'xoshiro256++ (bytevector-copy (or (source-state source) (%random-state)))))

    ;; Sets the source to a state that `random-source-state-ref` gave.
    (define (random-source-state-set! source state)
      (check-source 'random-source-state-set! source)
      (if (not (and (pair? state) (eq? (car state) 'xoshiro256++) (pair? (cdr state))))
          (%signal-wrong-type 'random-source-state-set!
                              2
                              "a state as random-source-state-ref gives it"
                              state))
      (put-state! source (cadr state)))

    ;; The node's generator checks what it is given.
    (define (put-state! source state)
      (if (source-state source)
          (let ((old (%random-state)))
            (%set-random-state! state)
            (%set-random-state! old)
            (set-source-state! source (bytevector-copy state)))
          (%set-random-state! state)))

    ;; Sets the source to a state that nobody can foresee.
    (define (random-source-randomize! source)
      (check-source 'random-source-randomize! source)
      (put-state! source (%random-state-from)))

    ;; Sets the source to one of its states, chosen by two numbers.
    (define (random-source-pseudo-randomize! source i j)
      (check-source 'random-source-pseudo-randomize! source)
      (check-index 2 i)
      (check-index 3 j)
      (put-state! source (%random-state-from i j)))

    (define (check-index argument i)
      (if (not (exact-nonnegative-integer? i))
          (%signal-wrong-type 'random-source-pseudo-randomize!
                              argument
                              "an exact nonnegative integer"
                              i)))

    ;; A procedure of `n` that draws integers from 0 to below `n` from the source.
    (define (random-source-make-integers source)
      (check-source 'random-source-make-integers source)
      (lambda (n) (integer-from source n)))

    (define (integer-from source n)
      (let ((state (source-state source)))
        (if state (%random-integer-of state n) (random-integer n))))

    (define (real-from source)
      (let ((state (source-state source)))
        (if state (%random-real-of state) (random-real))))

    ;; `unit`, between 0 and 1, says how far apart neighbours may be, and of what type the
    ;; numbers are: exact ones are multiples of a unit that divides 1.
    (define (random-source-make-reals source #!optional unit)
      (check-source 'random-source-make-reals source)
      (cond ((not unit) (lambda () (real-from source)))
            ((not (and (real? unit) (< 0 unit 1)))
             (%signal-wrong-type 'random-source-make-reals
                                 2
                                 "a real number between 0 and 1"
                                 unit))
            ((exact? unit)
             (let ((n (ceiling (/ 1 unit))))
               (lambda () (/ (+ 1 (integer-from source (- n 1))) n))))
            ((> unit 1e-15) (lambda () (real-from source)))
            (else
             (let ((n (ceiling (/ 1 (exact unit)))))
               (lambda () (inexact (/ (+ 1 (integer-from source (- n 1))) n)))))))))
