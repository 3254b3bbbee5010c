;;; The pretty printer, `pp`: data on several lines when one is too narrow, indented as
;;; programs are.

(define-library (termite pretty)
  (export pp)
  (import (termite core) (termite primitives) (termite port))
  (begin

    (define line-width 79)

    ;; `(pp x [port])` writes `x` and ends the line.
    (define (pp x #!optional (port (current-output-port)))
      (pretty x 0 0 port)
      (%newline port))

    ;; Writes `x` from column `column`; `closing` characters will follow on its last line.
    (define (pretty x column closing port)
      (let ((text (one-line x (- line-width column closing))))
        (cond (text (%write-string text port))
              ((pair? x) (pretty-list x column closing port))
              ((vector? x)
               (%write-string "#(" port)
               (pretty-elements (vector->list x) (+ column 2) (+ closing 1) port)
               (%write-char #\) port))
              (else (%write x port)))))

    ;; `x` as it is written if that takes at most `room` characters, else #f. What is
    ;; circular is written on one line, whatever its length.
    (define (one-line x room)
      (let* ((limit (if (> room 0) room 0))
             (text (object->string x (+ limit 1))))
        (cond ((<= (string-length text) limit) text)
              ((or (not (or (pair? x) (vector? x))) (circular? x)) (object->string x))
              (else #f))))

    (define (circular? x)
      (string-search-forward "#0=" (object->string x) 0))

    (define (pretty-list x column closing port)
      (let ((prefix (quote-prefix x)))
        (if prefix
            (begin
              (%write-string prefix port)
              (pretty (cadr x) (+ column (string-length prefix)) closing port))
            (pretty-form x column closing port))))

    (define (quote-prefix x)
      (and (pair? (cdr x))
           (null? (cddr x))
           (case (car x)
             ((quote) "'")
             ((quasiquote) "`")
             ((unquote) ",")
             ((unquote-splicing) ",@")
             (else #f))))

    (define (pretty-form x column closing port)
      (%write-char #\( port)
      (let ((head (and (symbol? (car x)) (pair? (cdr x)) (symbol->string (car x)))))
        (cond ((and head (body-start (car x)))
               => (lambda (n) (pretty-special x n head column closing port)))
              ((and head (< (string-length head) 20))
               (%write (car x) port)
               (%write-char #\space port)
               (pretty-elements (cdr x)
                                (+ column (string-length head) 2)
                                (+ closing 1)
                                port))
              (else (pretty-elements x (+ column 1) (+ closing 1) port))))
      (%write-char #\) port))

    ;; How many operands of a form stand on its first line, before the body.
    (define (body-start head)
      (case head
        ((define define-macro define-record-type define-syntax define-values
          lambda named-lambda let let* letrec letrec* let-values let*-values
          let-syntax letrec-syntax syntax-rules
          case guard match parameterize unless when)
         1)
        ((begin case-lambda cond-expand delay recv) 0)
        ((do receive) 2)
        (else #f)))

    (define (pretty-special x n head column closing port)
      (%write (car x) port)
      (let loop ((rest (cdr x))
                 (n (if (named-let? x) 2 n))
                 (at (+ column 1 (string-length head))))
        (cond ((and (> n 0) (pair? rest))
               (%write-char #\space port)
               (pretty (car rest) (+ at 1) (if (null? (cdr rest)) (+ closing 1) 0) port)
               (loop (cdr rest)
                     (- n 1)
                     (+ at 1 (string-length (object->string (car rest))))))
              ((not (null? rest))
               (start-line (+ column 2) port)
               (one-a-line rest (+ column 2) (+ closing 1) port)))))

    (define (named-let? x)
      (and (eq? (car x) 'let) (symbol? (cadr x))))

    (define (start-line column port)
      (%newline port)
      (%write-string (make-string column #\space) port))

    ;; Elements of a list, dotted perhaps, on lines that begin in `column`.
    (define (pretty-elements elements column closing port)
      (if (all-atoms? elements)
          (fill-lines elements column closing port)
          (one-a-line elements column closing port)))

    (define (all-atoms? elements)
      (or (null? elements)
          (and (pair? elements)
               (not (or (pair? (car elements)) (vector? (car elements))))
               (all-atoms? (cdr elements)))))

    ;; As many on a line as it has room for.
    (define (fill-lines elements column closing port)
      (let loop ((rest elements) (at column))
        (if (pair? rest)
            (let* ((text (object->string (car rest)))
                   (width (string-length text))
                   (end (+ at 1 width (if (null? (cdr rest)) closing 0))))
              (cond ((= at column)
                     (%write-string text port)
                     (loop (cdr rest) (+ at width)))
                    ((<= end line-width)
                     (%write-char #\space port)
                     (%write-string text port)
                     (loop (cdr rest) (+ at 1 width)))
                    (else
                     (start-line column port)
                     (%write-string text port)
                     (loop (cdr rest) (+ column width))))))))

    (define (one-a-line elements column closing port)
      (let loop ((rest elements))
        (let ((last? (null? (cdr rest))))
          (pretty (car rest) column (if last? closing 0) port)
          (cond ((pair? (cdr rest))
                 (start-line column port)
                 (loop (cdr rest)))
                ((not last?)
                 (start-line column port)
                 (%write-string ". " port)
                 (pretty (cdr rest) (+ column 2) closing port))))))))
