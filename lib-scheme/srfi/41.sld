;;; SRFI 41, streams: the derived procedures and forms. The primitives are those of
;;; (termite stream).
;;;
;;; Arguments are checked when a procedure is called, not when its stream is looked at.

(define-library (srfi 41)
  (export
   stream-null stream-cons stream? stream-null? stream-pair? stream-car stream-cdr
   stream-lambda
   define-stream list->stream port->stream stream stream->list stream-append stream-concat
   stream-constant stream-drop stream-drop-while stream-filter stream-fold stream-for-each
   stream-from stream-iterate stream-length stream-let stream-map stream-match stream-of
   stream-range stream-ref stream-reverse stream-scan stream-take stream-take-while
   stream-unfold stream-unfolds stream-zip _)
  (import (termite core) (termite primitives) (termite runtime) (termite list)
          (termite stream) (only (termite port) current-input-port read-char))
  (begin

    ;; -- arguments --

    (define (check-stream who argument x)
      (if (not (stream? x))
          (%signal-wrong-type who argument "a stream" x)))

    (define (check-streams who argument streams)
      (let loop ((argument argument) (rest streams))
        (if (pair? rest)
            (begin
              (check-stream who argument (car rest))
              (loop (+ argument 1) (cdr rest))))))

    (define (check-count who argument n)
      (if (not (exact-nonnegative-integer? n))
          (%signal-wrong-type who argument "an exact nonnegative integer" n)))

    (define (check-number who argument n)
      (if (not (number? n))
          (%signal-wrong-type who argument "a number" n)))

    (define (any-empty? streams)
      (and (pair? streams)
           (or (stream-null? (car streams))
               (any-empty? (cdr streams)))))

    ;; -- forms --

    ;; Defines a procedure that returns a stream, whose body is evaluated when the stream
    ;; is looked at.
    (define-syntax define-stream
      (syntax-rules ()
        ((_ (name . formals) body ...)
         (define name (stream-lambda formals body ...)))))

    ;; A named `let` whose body returns a stream and is evaluated when that is looked at.
    (define-syntax stream-let
      (syntax-rules ()
        ((_ tag ((name value) ...) body ...)
         ((letrec ((tag (stream-lambda (name ...) body ...))) tag) value ...))))

    ;; A stream of the expressions' values, which are evaluated when they are looked at.
    (define-syntax stream
      (syntax-rules ()
        ((_) stream-null)
        ((_ element more ...) (stream-cons element (stream more ...)))))

    ;; (stream-match stream (pattern [fender] expression) ...): evaluates the expression of the
    ;; first clause whose pattern matches the stream's beginning and whose fender is true.
    ;; Raises an error if none does.
    (define-syntax stream-match
      (syntax-rules ()
        ((_ expression clause ...)
         (let ((stream expression))
           (check-stream 'stream-match 1 stream)
           (match-clauses stream clause ...)))))

    (define-syntax match-clauses
      (syntax-rules ()
        ((_ stream)
         (error "stream-match: no pattern matches:" stream))
        ((_ stream (pattern body ...) clause ...)
         (let ((otherwise (lambda () (match-clauses stream clause ...))))
           (match-pattern stream pattern () otherwise body ...)))))

    ;; (match-pattern stream pattern ((variable value) ...) otherwise [fender] expression)
    (define-syntax match-pattern
      (syntax-rules (_)
        ((match-pattern stream () bindings otherwise . body)
         (if (stream-null? stream) (match-body bindings otherwise . body) (otherwise)))
        ((match-pattern stream (_ . rest) bindings otherwise . body)
         (if (stream-pair? stream)
             (let ((next (stream-cdr stream)))
               (match-pattern next rest bindings otherwise . body))
             (otherwise)))
        ((match-pattern stream (name . rest) (binding ...) otherwise . body)
         (if (stream-pair? stream)
             (let ((element (stream-car stream)) (next (stream-cdr stream)))
               (match-pattern next rest (binding ... (name element)) otherwise . body))
             (otherwise)))
        ((match-pattern stream _ bindings otherwise . body)
         (match-body bindings otherwise . body))
        ((match-pattern stream name (binding ...) otherwise . body)
         (match-body (binding ... (name stream)) otherwise . body))))

    (define-syntax match-body
      (syntax-rules ()
        ((_ bindings otherwise expression)
         (let bindings expression))
        ((_ bindings otherwise fender expression)
         (let bindings (if fender expression (otherwise))))))

    ;; (stream-of expression clause ...): a clause is (name in stream), (name is
    ;; expression), or a condition.
    (define-syntax stream-of
      (syntax-rules ()
        ((_ expression clause ...)
         (of-clauses expression stream-null clause ...))))

    ;; The elements, and then those of `rest`.
    (define-syntax of-clauses
      (syntax-rules (in is)
        ((_ expression rest)
         (stream-cons expression rest))
        ((_ expression rest (name in source) clause ...)
         (stream-let loop ((left source))
           (if (stream-null? left)
               rest
               (let ((name (stream-car left)))
                 (of-clauses expression (loop (stream-cdr left)) clause ...)))))
        ((_ expression rest (name is value) clause ...)
         (let ((name value))
           (of-clauses expression rest clause ...)))
        ((_ expression rest condition clause ...)
         (if condition
             (of-clauses expression rest clause ...)
             rest))))

    ;; -- making streams --

    ;; A stream of the list's elements.
    (define (list->stream list)
      (if (not (list? list))
          (%signal-wrong-type 'list->stream 1 "a list" list))
      (let loop ((rest list))
        (if (null? rest)
            stream-null
            (%stream-eager (car rest) (loop (cdr rest))))))

    ;; The characters of a port.
    (define (port->stream #!optional (port (current-input-port)))
      (if (not (input-port? port))
          (%signal-wrong-type 'port->stream 1 "an input port" port))
      (let loop ()
        (%stream-lazy
         (let ((c (read-char port)))
           (if (eof-object? c)
               stream-null
               (%stream-eager c (loop)))))))

    ;; Its arguments again and again.
    (define (stream-constant . elements)
      (if (null? elements)
          stream-null
          (let loop ((rest elements))
            (if (null? rest)
                (loop elements)
                (%stream-eager (car rest) (loop (cdr rest)))))))

    ;; The numbers from `first`, `step` apart, without end.
    (define (stream-from first #!optional (step 1))
      (check-number 'stream-from 1 first)
      (check-number 'stream-from 2 step)
      (let loop ((n first))
        (%stream-eager n (loop (+ n step)))))

    ;; `base`, `(f base)`, `(f (f base))` and so on.
    (define (stream-iterate f base)
      (%check-procedure 'stream-iterate 1 f)
      (let loop ((x base))
        (%stream-eager x (loop (f x)))))

    ;; The numbers from `first` to before `past`, `step` apart.
    (define (stream-range first past #!optional step)
      (check-number 'stream-range 1 first)
      (check-number 'stream-range 2 past)
      (let ((step (or step (if (< first past) 1 -1))))
        (check-number 'stream-range 3 step)
        (let* ((up? (< 0 step)))
          (let loop ((n first))
            (if (if up? (< n past) (> n past))
                (%stream-eager n (loop (+ n step)))
                stream-null)))))

    ;; `(mapper base)` for each base while `more?` is true.
    (define (stream-unfold mapper more? successor base)
      (%check-procedure 'stream-unfold 1 mapper)
      (%check-procedure 'stream-unfold 2 more?)
      (%check-procedure 'stream-unfold 3 successor)
      (let loop ((x base))
        (%stream-lazy
         (if (more? x)
             (stream-cons (mapper x) (loop (successor x)))
             stream-null))))

    ;; `(f seed)` returns the next seed and a result for each of the streams: a list of one
    ;; element, #f for none this time, or the empty list for the end of that stream. All
    ;; streams draw on one stream of lists of results.
    (define (stream-unfolds f seed)
      (%check-procedure 'stream-unfolds 1 f)
      (let* ((results (unfold-results f seed))
             (count (length (stream-car results))))
        (let loop ((i (- count 1)) (streams '()))
          (if (< i 0)
              (%values-list streams)
              (loop (- i 1) (cons (nth-results results i) streams))))))

    (define-stream (unfold-results f seed)
      (receive (next . results) (f seed)
        (%stream-eager results (unfold-results f next))))

    (define-stream (nth-results results i)
      (let ((result (list-ref (stream-car results) i)))
        (cond ((pair? result)
               (%stream-eager (car result) (nth-results (stream-cdr results) i)))
              (result stream-null)
              (else (nth-results (stream-cdr results) i)))))

    ;; -- from streams to streams --

    ;; The elements of streams, one stream after the other.
    (define (stream-append . streams)
      (check-streams 'stream-append 1 streams)
      (append-all streams))

    (define-stream (append-all streams)
      (cond ((null? streams) stream-null)
            ((null? (cdr streams)) (car streams))
            ((stream-null? (car streams)) (append-all (cdr streams)))
            (else
             (let ((first (car streams)))
               (stream-cons (stream-car first)
                            (append-all (cons (stream-cdr first) (cdr streams))))))))

    ;; The elements of the streams in a stream.
    (define (stream-concat streams)
      (check-stream 'stream-concat 1 streams)
      (concat streams))

    (define-stream (concat streams)
      (if (stream-null? streams)
          stream-null
          (let ((first (stream-car streams)))
            (check-stream 'stream-concat 1 first)
            (concat-onto first (stream-cdr streams)))))

    (define-stream (concat-onto first streams)
      (if (stream-null? first)
          (concat streams)
          (stream-cons (stream-car first)
                       (concat-onto (stream-cdr first) streams))))

    ;; The stream after the first `n` elements.
    (define (stream-drop n stream)
      (check-count 'stream-drop 1 n)
      (check-stream 'stream-drop 2 stream)
      (let loop ((n n) (stream stream))
        (%stream-lazy
         (if (or (= n 0) (stream-null? stream))
             stream
             (loop (- n 1) (stream-cdr stream))))))

    ;; The stream from the first element on for which `drop?` is false.
    (define (stream-drop-while drop? stream)
      (%check-procedure 'stream-drop-while 1 drop?)
      (check-stream 'stream-drop-while 2 stream)
      (let loop ((stream stream))
        (%stream-lazy
         (if (and (stream-pair? stream) (drop? (stream-car stream)))
             (loop (stream-cdr stream))
             stream))))

    ;; The elements for which `keep?` is true.
    (define (stream-filter keep? stream)
      (%check-procedure 'stream-filter 1 keep?)
      (check-stream 'stream-filter 2 stream)
      (let loop ((stream stream))
        (%stream-lazy
         (cond ((stream-null? stream) stream-null)
               ((keep? (stream-car stream))
                (%stream-eager (stream-car stream) (loop (stream-cdr stream))))
               (else (loop (stream-cdr stream)))))))

    ;; The results of `f` for the elements of the streams.
    (define (stream-map f stream . streams)
      (%check-procedure 'stream-map 1 f)
      (check-streams 'stream-map 2 (cons stream streams))
      (if (null? streams)
          (map-1 f stream)
          (map-n f (cons stream streams))))

    (define-stream (map-1 f stream)
      (if (stream-null? stream)
          stream-null
          (stream-cons (f (stream-car stream)) (map-1 f (stream-cdr stream)))))

    (define-stream (map-n f streams)
      (if (any-empty? streams)
          stream-null
          (stream-cons (apply f (map stream-car streams))
                       (map-n f (map stream-cdr streams)))))

    ;; Lists of the elements that stand at one place each.
    (define (stream-zip stream . streams)
      (check-streams 'stream-zip 1 (cons stream streams))
      (map-n list (cons stream streams)))

    ;; The elements, last to first.
    (define (stream-reverse stream)
      (check-stream 'stream-reverse 1 stream)
      (%stream-lazy
       (let loop ((stream stream) (result stream-null))
         (if (stream-null? stream)
             result
             (loop (stream-cdr stream)
                   (stream-cons (stream-car stream) result))))))

    ;; The results of folding so far, beginning with `base`.
    (define (stream-scan f base stream)
      (%check-procedure 'stream-scan 1 f)
      (check-stream 'stream-scan 3 stream)
      (let loop ((base base) (stream stream))
        (%stream-eager base
                       (if (stream-null? stream)
                           stream-null
                           (loop (f base (stream-car stream)) (stream-cdr stream))))))

    ;; The first `n` elements.
    (define (stream-take n stream)
      (check-count 'stream-take 1 n)
      (check-stream 'stream-take 2 stream)
      (let loop ((n n) (stream stream))
        (%stream-lazy
         (if (or (= n 0) (stream-null? stream))
             stream-null
             (stream-cons (stream-car stream) (loop (- n 1) (stream-cdr stream)))))))

    ;; The elements before the first one for which `keep?` is false.
    (define (stream-take-while keep? stream)
      (%check-procedure 'stream-take-while 1 keep?)
      (check-stream 'stream-take-while 2 stream)
      (let loop ((stream stream))
        (%stream-lazy
         (if (and (stream-pair? stream) (keep? (stream-car stream)))
             (%stream-eager (stream-car stream) (loop (stream-cdr stream)))
             stream-null))))

    ;; -- from streams to other values --

    ;; `(stream->list [n] stream)` is a list of the elements, or of the first `n`.
    (define (stream->list n #!optional (stream #!default))
      (if (%default-object? stream)
          (begin
            (check-stream 'stream->list 1 n)
            (listed n -1))
          (begin
            (check-count 'stream->list 1 n)
            (check-stream 'stream->list 2 stream)
            (listed stream n))))

    ;; The first `n` elements, all for a negative `n`.
    (define (listed stream n)
      (let loop ((stream stream) (n n) (elements '()))
        (if (or (= n 0) (stream-null? stream))
            (reverse elements)
            (let ((x (stream-car stream)))
              (loop (stream-cdr stream) (- n 1) (cons x elements))))))

    ;; Calls `(f result element)` for each element, the first result being `base`; the
    ;; last result.
    (define (stream-fold f base stream)
      (%check-procedure 'stream-fold 1 f)
      (check-stream 'stream-fold 3 stream)
      (let loop ((base base) (stream stream))
        (if (stream-null? stream)
            base
            (loop (f base (stream-car stream)) (stream-cdr stream)))))

    ;; Calls `f` with the elements of the streams.
    (define (stream-for-each f stream . streams)
      (%check-procedure 'stream-for-each 1 f)
      (check-streams 'stream-for-each 2 (cons stream streams))
      (let loop ((streams (cons stream streams)))
        (if (not (any-empty? streams))
            (begin
              (apply f (map stream-car streams))
              (loop (map stream-cdr streams))))))

    ;; How many elements there are.
    (define (stream-length stream)
      (check-stream 'stream-length 1 stream)
      (let loop ((stream stream) (n 0))
        (if (stream-null? stream)
            n
            (loop (stream-cdr stream) (+ n 1)))))

    ;; The element at index `n`. Raises an error when there are fewer.
    (define (stream-ref stream n)
      (check-stream 'stream-ref 1 stream)
      (check-count 'stream-ref 2 n)
      (let loop ((rest stream) (i n))
        (cond ((stream-null? rest)
               (%signal-range 'stream-ref 2 "an index below the stream's length" n))
              ((= i 0) (stream-car rest))
              (else (loop (stream-cdr rest) (- i 1))))))))
