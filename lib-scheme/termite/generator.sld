;;; Generators of SRFI 158: those that are made from values, and what consumes them. Those
;;; made from other generators are in (srfi 158).
;;;
;;; A generator is a procedure without arguments that returns an element a call, and the
;;; end-of-file object ever after the last one.

(define-library (termite generator)
  (export
   generator circular-generator make-iota-generator make-range-generator
   make-coroutine-generator list->generator vector->generator reverse-vector->generator
   string->generator bytevector->generator make-for-each-generator make-unfold-generator
   generator->list generator->reverse-list generator->vector generator->vector!
   generator->string generator-fold generator-map->list generator-for-each generator-find
   generator-count generator-any generator-every generator-unfold)
  (import (termite core) (termite primitives) (termite runtime) (termite list)
          (only (termite sequence) %reverse-list->vector))
  (begin

    (define (check-number who argument x)
      (if (not (number? x))
          (%signal-wrong-type who argument "a number" x)))

    (define (check-count who argument x)
      (if (not (exact-nonnegative-integer? x))
          (%signal-wrong-type who argument "an exact nonnegative integer" x)))

    ;; -- from values --

    ;; Gives the arguments.
    (define (generator . elements)
      (list->generator elements))

    ;; Gives the list's elements.
    (define (list->generator list)
      (if (not (list? list))
          (%signal-wrong-type 'list->generator 1 "a list" list))
      (let ((rest list))
        (lambda ()
          (if (null? rest)
              (eof-object)
              (let ((x (car rest)))
                (set! rest (cdr rest))
                x)))))

    ;; Gives the arguments again and again.
    (define (circular-generator . elements)
      (if (null? elements)
          (error "circular-generator: needs an element at least"))
      (let ((rest elements))
        (lambda ()
          (if (null? rest) (set! rest elements))
          (let ((x (car rest)))
            (set! rest (cdr rest))
            x))))

    ;; `count` numbers from `start`, `step` apart.
    (define (make-iota-generator count #!optional (start 0) (step 1))
      (check-count 'make-iota-generator 1 count)
      (check-number 'make-iota-generator 2 start)
      (check-number 'make-iota-generator 3 step)
      (let ((i 0))
        (lambda ()
          (if (= i count)
              (eof-object)
              (let ((x (+ start (* i step))))
                (set! i (+ i 1))
                x)))))

    ;; Numbers from `start`, below `end` or without end.
    (define (make-range-generator start #!optional (end #f) (step 1))
      (check-number 'make-range-generator 1 start)
      (if end (check-number 'make-range-generator 2 end))
      (check-number 'make-range-generator 3 step)
      (let ((n start))
        (lambda ()
          (if (and end (>= n end))
              (eof-object)
              (let ((x n))
                (set! n (+ n step))
                x)))))

    ;; Calls `(procedure yield)`; each element is what it gives to `yield`. Between two
    ;; elements the procedure is a continuation.
    (define (make-coroutine-generator procedure)
      (%check-procedure 'make-coroutine-generator 1 procedure)
      (let ((return #f) (resume #f))
        (define (yield x)
          (call/cc
           (lambda (inside)
             (set! resume inside)
             (return x))))
        (define (start ignored)
          (procedure yield)
          (set! resume finished)
          (return (eof-object)))
        (define (finished ignored)
          (return (eof-object)))
        (set! resume start)
        (lambda ()
          (call/cc
           (lambda (outside)
             (set! return outside)
             (resume #f))))))

    ;; The elements of a range, of a sequence that `ref` reads.
    (define (indexed who ok? expected length-of ref)
      (define (make sequence #!optional (start 0) (end #!default))
        (if (not (ok? sequence))
            (%signal-wrong-type who 1 expected sequence))
        (let* ((length (length-of sequence))
               (end (if (%default-object? end) length end)))
          (check-count who 2 start)
          (check-count who 3 end)
          (if (not (<= start end length))
              (%signal-range who 3 "indices in order, up to the length" end))
          (let ((i start))
            (lambda ()
              (if (= i end)
                  (eof-object)
                  (let ((x (ref sequence i)))
                    (set! i (+ i 1))
                    x))))))
      make)

    ;; `(vector->generator v [start] [end])` gives the elements in the range.
    (define vector->generator
      (indexed 'vector->generator vector? "a vector" vector-length vector-ref))

    ;; `(string->generator string [start] [end])` gives the characters in the range.
    (define string->generator
      (indexed 'string->generator string? "a string" string-length string-ref))

    ;; `(bytevector->generator bytes [start] [end])` gives the bytes in the range.
    (define bytevector->generator
      (indexed 'bytevector->generator bytevector? "a bytevector"
               bytevector-length bytevector-u8-ref))

    ;; Gives the elements of the range, last to first.
    (define (reverse-vector->generator v #!optional (start 0) (end #!default))
      (if (not (vector? v))
          (%signal-wrong-type 'reverse-vector->generator 1 "a vector" v))
      (list->generator (reverse (vector->list v start end))))

    ;; From what `for-each` does to a collection: `(make-for-each-generator for-each)` is a
    ;; procedure that takes a collection.
    (define (make-for-each-generator for-each)
      (%check-procedure 'make-for-each-generator 1 for-each)
      (lambda (collection)
        (make-coroutine-generator
         (lambda (yield) (for-each yield collection)))))

    ;; Gives `(mapper seed)` for each seed until `stop?` is true.
    (define (make-unfold-generator stop? mapper successor seed)
      (%check-procedure 'make-unfold-generator 1 stop?)
      (%check-procedure 'make-unfold-generator 2 mapper)
      (%check-procedure 'make-unfold-generator 3 successor)
      (let ((ended #f))
        (lambda ()
          (if (or ended (stop? seed))
              (begin
                (set! ended #t)
                (eof-object))
              (let ((x (mapper seed)))
                (set! seed (successor seed))
                x)))))

    ;; -- to values --

    ;; A list of the elements, at most `limit`, last to first.
    (define (generator->reverse-list next #!optional (limit #f))
      (%check-procedure 'generator->reverse-list 1 next)
      (if limit (check-count 'generator->reverse-list 2 limit))
      (let loop ((elements '()) (left (or limit -1)))
        (if (= left 0)
            elements
            (let ((x (next)))
              (if (eof-object? x)
                  elements
                  (loop (cons x elements) (- left 1)))))))

    ;; A list of the elements, at most `limit`.
    (define (generator->list next #!optional (limit #f))
      (reverse (generator->reverse-list next limit)))

    ;; A vector of the elements, at most `limit`.
    (define (generator->vector next #!optional (limit #f))
      (let ((elements (generator->reverse-list next limit)))
        (%reverse-list->vector elements (length elements))))

    ;; Fills `v` from index `at`; how many elements there were.
    (define (generator->vector! v at next)
      (if (not (vector? v))
          (%signal-wrong-type 'generator->vector! 1 "a vector" v))
      (check-count 'generator->vector! 2 at)
      (let ((end (vector-length v)))
        (let loop ((i at))
          (if (>= i end)
              (- i at)
              (let ((x (next)))
                (if (eof-object? x)
                    (- i at)
                    (begin
                      (vector-set! v i x)
                      (loop (+ i 1)))))))))

    ;; A string of the elements, at most `limit`, which are characters.
    (define (generator->string next #!optional (limit #f))
      (list->string (generator->list next limit)))

    ;; -- one generator or several --

    ;; The next element of each, or #f when one has ended.
    (define (next-of-all generators)
      (if (null? generators)
          '()
          (let ((x ((car generators))))
            (if (eof-object? x)
                #f
                (let ((others (next-of-all (cdr generators))))
                  (and others (cons x others)))))))

    (define (check-generators who argument generators)
      (let loop ((argument argument) (rest generators))
        (if (pair? rest)
            (begin
              (%check-procedure who argument (car rest))
              (loop (+ argument 1) (cdr rest))))))

    ;; Calls `(f element ... result)` until a generator ends, the first result being
    ;; `seed`; the last result.
    (define (generator-fold f seed next . more)
      (%check-procedure 'generator-fold 1 f)
      (check-generators 'generator-fold 3 (cons next more))
      (if (null? more)
          (let loop ((result seed))
            (let ((x (next)))
              (if (eof-object? x)
                  result
                  (loop (f x result)))))
          (let loop ((result seed))
            (let ((elements (next-of-all (cons next more))))
              (if elements
                  (loop (apply f (append elements (list result))))
                  result)))))

    ;; A list of the results of `f` until a generator ends.
    (define (generator-map->list f next . more)
      (%check-procedure 'generator-map->list 1 f)
      (check-generators 'generator-map->list 2 (cons next more))
      (let loop ((results '()))
        (let ((elements (next-of-all (cons next more))))
          (if elements
              (let ((x (apply f elements)))
                (loop (cons x results)))
              (reverse results)))))

    ;; Calls `f` with the elements until a generator ends.
    (define (generator-for-each f next . more)
      (%check-procedure 'generator-for-each 1 f)
      (check-generators 'generator-for-each 2 (cons next more))
      (let loop ()
        (let ((elements (next-of-all (cons next more))))
          (if elements
              (begin
                (apply f elements)
                (loop))))))

    ;; The first element that is `ok?`, or #f.
    (define (generator-find ok? next)
      (%check-procedure 'generator-find 1 ok?)
      (let loop ()
        (let ((x (next)))
          (cond ((eof-object? x) #f)
                ((ok? x) x)
                (else (loop))))))

    ;; For how many elements `ok?` is true.
    (define (generator-count ok? next)
      (%check-procedure 'generator-count 1 ok?)
      (let loop ((count 0))
        (let ((x (next)))
          (cond ((eof-object? x) count)
                ((ok? x) (loop (+ count 1)))
                (else (loop count))))))

    ;; The first true value of `f` for an element, or #f.
    (define (generator-any f next)
      (%check-procedure 'generator-any 1 f)
      (let loop ()
        (let ((x (next)))
          (if (eof-object? x)
              #f
              (or (f x) (loop))))))

    ;; The value of `f` for the last element, if none before was false; else #f.
    (define (generator-every f next)
      (%check-procedure 'generator-every 1 f)
      (let loop ((last #t))
        (let ((x (next)))
          (if (eof-object? x)
              last
              (let ((result (f x)))
                (and result (loop result)))))))

    ;; What `unfold` makes of the elements: `(unfold stop? mapper successor seed argument
    ;; ...)`.
    (define (generator-unfold next unfold . arguments)
      (%check-procedure 'generator-unfold 1 next)
      (%check-procedure 'generator-unfold 2 unfold)
      (let ((first (next)))
        (apply unfold
               eof-object?
               (lambda (x) x)
               (lambda (x) (next))
               first
               arguments)))))
