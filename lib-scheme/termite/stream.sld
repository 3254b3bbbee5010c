;;; The streams of SRFI 41: their primitives. Streams are lazy in every cell and in every
;;; element, and of a type of their own.
;;;
;;; A stream's content is
;;; - the empty list: the stream is empty;
;;; - a cell: an element, or a thunk that gives it, and the stream of the rest;
;;; - a pair, its car a thunk that gives a stream: not known yet. Streams of which one has
;;;   given the other share the pair, until it gives way to what is known. So a chain of
;;;   them needs no space, as with `delay-force`.

(define-library (termite stream)
  (export stream-null stream-cons stream? stream-null? stream-pair? stream-car stream-cdr
          stream-lambda
          %stream-lazy %stream-eager)
  (import (termite core) (termite primitives))
  (begin

    (define-record-type stream
      (make-stream content)
      stream?
      (content stream-content set-stream-content!))

    ;; `thunk` gives the element, and is #f when `element` is it.
    (define-record-type cell
      (make-cell thunk element rest)
      cell?
      (thunk cell-thunk set-cell-thunk!)
      (element cell-element set-cell-element!)
      (rest cell-rest))

    ;; The stream without elements.
    (define stream-null (make-stream '()))

    ;; `(stream-cons element rest)` is a stream of an element and a stream; both
    ;; expressions are evaluated when they are looked at.
    (define-syntax stream-cons
      (syntax-rules ()
        ((_ element rest)
         (cons-lazily (lambda () element) (lambda () rest)))))

    ;; `(stream-lambda formals body ...)` is a procedure that returns a stream; the body
    ;; is evaluated when that is looked at.
    (define-syntax stream-lambda
      (syntax-rules ()
        ((_ formals body ...)
         (lambda formals (%stream-lazy (let () body ...))))))

    ;; The stream that an expression gives, which is evaluated when it is needed.
    (define-syntax %stream-lazy
      (syntax-rules ()
        ((_ expression) (lazily (lambda () expression)))))

    ;; A stream whose first element is known.
    (define-syntax %stream-eager
      (syntax-rules ()
        ((_ element rest)
         (cons-eagerly element (lambda () rest)))))

    (define (lazily thunk)
      (make-stream (cons thunk #f)))

    (define (cons-lazily element rest)
      (make-stream (make-cell element #f (lazily rest))))

    (define (cons-eagerly element rest)
      (make-stream (make-cell #f element (lazily rest))))

    ;; What a stream contains, the empty list or a cell.
    (define (known-content stream)
      (let ((content (stream-content stream)))
        (if (pair? content)
            (find-content stream content)
            content)))

    (define (find-content stream promise)
      (let ((thunk (car promise)))
        (if thunk
            (let ((next (thunk)))
              (if (not (stream? next))
                  (%signal-wrong-type 'stream-cons 2 "a stream" next))
              (take-over stream promise next))
            (known stream (cdr promise)))))

    ;; The thunk has given `next`. Forcing may have forced this very stream, and then the
    ;; first content stays.
    (define (take-over stream promise next)
      (let ((content (stream-content next)))
        (cond ((not (car promise)) (known stream (cdr promise)))
              ((not (pair? content))
               (set-car! promise #f)
               (set-cdr! promise content)
               (known stream content))
              ((car content)
               (set-car! promise (car content))
               (set-stream-content! next promise)
               (find-content stream promise))
              (else
               (set-car! promise #f)
               (set-cdr! promise (cdr content))
               (known stream (cdr content))))))

    (define (known stream content)
      (set-stream-content! stream content)
      content)

    ;; Whether the value is the stream without elements.
    (define (stream-null? x)
      (and (stream? x) (null? (known-content x))))

    ;; Whether the value is a stream with an element.
    (define (stream-pair? x)
      (and (stream? x) (cell? (known-content x))))

    (define (cell-of who x)
      (let ((content (if (stream? x) (known-content x) '())))
        (if (null? content)
            (%signal-wrong-type who 1 "a stream that is not empty" x))
        content))

    ;; The first element, which is worked out at the first call. Raises an error when
    ;; there is none.
    (define (stream-car stream)
      (element-of (cell-of 'stream-car stream)))

    (define (element-of cell)
      (let ((thunk (cell-thunk cell)))
        (if thunk
            (let ((element (thunk)))
              (if (cell-thunk cell)
                  (begin
                    (set-cell-element! cell element)
                    (set-cell-thunk! cell #f)))
              (cell-element cell))
            (cell-element cell))))

    ;; The stream after the first element. Raises an error when there is none.
    (define (stream-cdr stream)
      (cell-rest (cell-of 'stream-cdr stream)))))
