;;; (termite): what programs have besides R7RS. Forms and procedures taken over from
;;; Gambit, and the procedures in wide use that R7RS-small lacks.

(define-library (termite)
  (export
   ;; forms
   assert cons-stream declare define-macro define-type named-lambda namespace receive
   catch time fluid-let
   ;; processes and messages
   spawn spawn-link spawn-linked-to self pid? halt! shutdown! terminate! wait-for
   processes process-info set-mailbox-limit! set-heap-limit! make-tag tag?
   inbound-link outbound-link full-link unlink monitor demonitor
   ! ? ?? !? recv match remote-service
   ;; nodes
   make-node node? node-host node-port current-node node1 node2 pid-node pid-home
   node-init alive? remote-spawn remote-spawn-link on
   publish-service unpublish-service resolve-service
   ping migrate-task migrate/proxy connected-nodes disconnect monitor-node
   spawn-output-port spawn-input-port
   termite-exception? termite-exception-origin termite-exception-reason
   termite-exception-object
   current-time time? timeout->time seconds->time time->seconds thread-sleep!
   ;; child processes and TCP connections as ports
   open-process open-input-process open-output-process
   call-with-input-process call-with-output-process
   with-input-from-process with-output-to-process
   process-pid process-status shell-command
   open-tcp-client open-tcp-server tcp-server-accept tcp-server-port-number
   call-with-tcp-client
   ;; objects
   void default-object object->string symbol<? symbol-append intern
   string->uninterned-symbol generate-symbol
   (rename generate-symbol gensym)
   (rename generate-symbol generate-uninterned-symbol)
   module-search-order-add! module-search-order-reset! module-whitelist-add!
   keyword? keyword->string string->keyword
   procedure-name
   ;; numbers
   1+ -1+ exact->inexact inexact->exact
   exact-rational? exact-nonnegative-integer? fixnum? flonum?
   bitwise-and bitwise-ior bitwise-xor bitwise-not arithmetic-shift
   bit-count integer-length bit-set? first-set-bit
   fx+ fx- fx* fxquotient fxremainder fxmodulo fx= fx< fx> fx<= fx>= fxmax fxmin
   fxand fxior fxxor fxnot fxarithmetic-shift
   fxzero? fxpositive? fxnegative? fxodd? fxeven?
   fl+ fl- fl* fl/ fl= fl< fl> fl<= fl>= flmax flmin flabs flfloor flceiling
   fltruncate flround flsqrt flexp fllog flsin flcos fltan flasin flacos flatan flexpt
   flzero? flpositive? flnegative? flinteger? flnan? flinfinite? flfinite?
   fixnum->flonum
   random random-integer random-real
   ;; lists
   cons* append! reverse! append-reverse append-reverse! last last-pair
   list-head sublist except-last-pair except-last-pair! list-index list-tabulate
   iota filter remove partition reduce fold fold-left fold-right append-map filter-map
   delete delete! delete-duplicates delq delv find find-tail any every count
   first second third fourth fifth
   del-assq del-assv del-assoc
   list-sort sort sort!
   stream-pair? stream-car stream-cdr stream-rest stream-first stream-null?
   empty-stream? the-empty-stream stream-head stream-tail
   ;; strings
   string-null? string-index string-search-forward string-search-backward string-contains
   string-prefix? string-suffix? string-join string-split string-concatenate
   string-reverse string-pad-left string-pad-right
   string-trim string-trim-left string-trim-right
   ;; vectors
   subvector vector-head vector-tail vector-grow vector-binary-search vector-sort vector-sort!
   ;; bytevectors, also by the names of u8vectors
   bytevector-fill! bytevector->list list->bytevector
   (rename bytevector? u8vector?) (rename bytevector u8vector)
   (rename make-bytevector make-u8vector)
   (rename bytevector-length u8vector-length)
   (rename bytevector-u8-ref u8vector-ref) (rename bytevector-u8-set! u8vector-set!)
   (rename bytevector-copy u8vector-copy) (rename bytevector-copy subu8vector)
   (rename bytevector-copy! u8vector-copy!) (rename bytevector-append u8vector-append)
   (rename bytevector-fill! u8vector-fill!)
   (rename bytevector->list u8vector->list) (rename list->bytevector list->u8vector)
   ;; boxes
   box box? unbox set-box!
   ;; hash tables
   make-hash-table hash-table hash-table? alist->hash-table
   hash-table-ref hash-table-ref/default hash-table-set! hash-table-delete!
   hash-table-contains? hash-table-exists? hash-table-update! hash-table-update!/default
   hash-table-intern! hash-table-size hash-table-count hash-table-empty?
   hash-table-keys hash-table-values hash-table->alist hash-table-walk hash-table-fold
   hash-table-copy hash-table-clear! hash-table-merge!
   hash equal-hash string-hash string-ci-hash symbol-hash
   ;; control
   call-with-escape-continuation
   ;; conditions
   with-exception-catcher condition? condition-kind condition-report-string
   (rename condition-report-string condition/report-string)
   (rename condition? error?)
   (rename error-object-message error-message)
   (rename error-object-irritants error-irritants)
   ;; ports
   print println pp warning info debug fresh-line
   call-with-output-string with-output-to-string
   call-with-input-string with-input-from-string
   (rename %open-append-file open-append-file) read-all
   ;; the system
   real-time runtime
   (rename %gc gc) (rename %gc-statistics gc-statistics))
  (import (termite core)
          (except (termite primitives)
                  hash-table? hash-table-set! hash-table-ref/default hash-table-delete!
                  hash-table-contains? hash-table-count hash-table-clear!
                  hash-table-copy hash-table-keys hash-table-values hash-table->alist
                  string-join string-pad-left string-pad-right)
          (termite runtime)
          (termite port)
          (termite io)
          (termite output)
          (termite pretty)
          (termite match)
          (termite process)
          (termite node)
          (srfi 1)
          (only (srfi 13) string-index string-join string-pad-left string-pad-right
                string-tokenize)
          (srfi 69)
          (srfi 111)
          (only (srfi 132) list-sort vector-sort vector-sort! sort sort!)
          (only (srfi 133) vector-binary-search))
  (begin

    ;; -- forms --

    ;; Evaluates the body; if it raises, calls the handler with the object, and its value
    ;; is that of the form.
    (define-syntax catch
      (syntax-rules ()
        ((_ handler body ...)
         (with-exception-catcher handler (lambda () body ...)))))

    ;; Gives variables other values while the body is evaluated.
    (define-syntax fluid-let
      (syntax-rules ()
        ((_ ((variable value) ...) body ...)
         (fluid-let-loop () ((variable value) ...) body ...))))

    ;; (fluid-let-loop ((variable inside outside value) ...) (binding ...) body ...)
    (define-syntax fluid-let-loop
      (syntax-rules ()
        ((_ (done ...) ((variable value) binding ...) body ...)
         (fluid-let-loop (done ... (variable inside outside value)) (binding ...) body ...))
        ((_ ((variable inside outside value) ...) () body ...)
         (let ((inside value) ... (outside #f) ...)
           (dynamic-wind
            (lambda () (set! outside variable) ... (set! variable inside) ...)
            (lambda () body ...)
            (lambda () (set! inside variable) ... (set! variable outside) ...))))))

    ;; -- numbers --

    ;; The number plus one.
    (define (1+ n) (+ n 1))

    ;; The number less one.
    (define (-1+ n) (- n 1))

    ;; From 0 to below `n`; a flonum for a flonum.
    (define (random n)
      (if (exact? n) (random-integer n) (* n (random-real))))

    ;; -- lists --

    ;; R6RS `fold-left`: what there is so far comes first.
    (define (fold-left f init list . lists)
      (if (null? lists)
          (fold (lambda (x result) (f result x)) init list)
          (fold (lambda (elements result) (apply f result elements))
                init
                (apply zip list lists))))

    ;; The elements from index `start` to before `end`. Raises an error when the list is
    ;; shorter.
    (define (sublist list start end)
      (list-head (list-tail list start) (- end start)))

    ;; All elements but the last. Raises an error when the list is empty.
    (define (except-last-pair list)
      (list-head list (- (length list) 1)))

    ;; As `except-last-pair`; may use up the list.
    (define (except-last-pair! list)
      (except-last-pair list))

    ;; The association list without the entries whose key is `eq?`.
    (define (del-assq key alist) (alist-delete key alist eq?))

    ;; The association list without the entries whose key is `eqv?`.
    (define (del-assv key alist) (alist-delete key alist eqv?))

    ;; The association list without the entries whose key is `equal?`.
    (define (del-assoc key alist) (alist-delete key alist equal?))

    ;; -- streams, as `cons-stream` makes them --

    ;; The stream without elements.
    (define the-empty-stream '())

    ;; Whether the value is the stream without elements.
    (define (empty-stream? x) (null? x))

    ;; Whether the value is the stream without elements.
    (define (stream-null? x) (null? x))

    ;; Whether the value is a stream with an element, as `cons-stream` makes it.
    (define (stream-pair? x) (and (pair? x) (promise? (cdr x))))

    ;; The first element of a stream. Raises an error when it is empty.
    (define (stream-car stream) (car stream))

    ;; The stream after the first element, which is worked out at the first call. Raises
    ;; an error when there is none.
    (define (stream-cdr stream) (force (cdr stream)))

    ;; The first element of a stream. Raises an error when it is empty.
    (define (stream-first stream) (stream-car stream))

    ;; The stream after the first element. Raises an error when there is none.
    (define (stream-rest stream) (stream-cdr stream))

    ;; A list of the first `n` elements.
    (define (stream-head stream n)
      (let loop ((rest stream) (n n) (elements '()))
        (if (= n 0)
            (reverse elements)
            (loop (stream-cdr rest) (- n 1) (cons (stream-car rest) elements)))))

    ;; The stream after the first `n` elements. Raises an error when there are fewer.
    (define (stream-tail stream n)
      (if (= n 0)
          stream
          (stream-tail (stream-cdr stream) (- n 1))))

    ;; -- strings --

    ;; The pieces between separators: a character, a string, or the characters that
    ;; satisfy a predicate. Without one, the words between white space.
    (define (string-split string #!optional separator)
      (cond ((not separator)
             (string-tokenize string (lambda (c) (not (char-whitespace? c)))))
            ((char? separator) (%string-split string separator))
            ((string? separator) (split-at-string string separator))
            ((procedure? separator) (split-where separator string))
            (else
             (%signal-wrong-type
              'string-split 2 "a character, a string or a predicate" separator))))

    (define (split-at-string string separator)
      (let ((width (string-length separator)))
        (if (= width 0)
            (%signal-range 'string-split 2 "a string that is not empty" separator))
        (let loop ((start 0) (pieces '()))
          (let ((end (string-search-forward separator string start)))
            (if end
                (loop (+ end width) (cons (substring string start end) pieces))
                (reverse (cons (substring string start) pieces)))))))

    (define (split-where separator? string)
      (let loop ((start 0) (pieces '()))
        (let ((end (string-index string separator? start)))
          (if end
              (loop (+ end 1) (cons (substring string start end) pieces))
              (reverse (cons (substring string start) pieces))))))

    ;; -- vectors --

    ;; The elements before index `end`. Raises a range error when there are fewer.
    (define (vector-head v end) (subvector v 0 end))

    ;; The elements from index `start` on. Raises a range error when there are fewer.
    (define (vector-tail v start) (subvector v start (vector-length v)))

    ;; -- ports --

    ;; The data that are left in a port, as a list.
    (define (read-all #!optional (port (current-input-port)))
      (let loop ((data '()))
        (let ((x (%read port)))
          (if (eof-object? x)
              (reverse data)
              (loop (cons x data))))))

    ;; -- the system --

    ;; Seconds since 1970.
    (define (real-time) (current-second))

    ;; Seconds since some moment.
    (define (runtime)
      (inexact (/ (current-jiffy) (jiffies-per-second))))))
