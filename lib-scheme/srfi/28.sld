;;; SRFI 28, basic format strings: `~a` displays, `~s` writes the next argument, `~%`
;;; ends the line, `~~` is a tilde. Beyond it, the first argument may be a port, or #t
;;; for the current output port, or #f for a string, as in older Schemes; and `~d ~b ~o
;;; ~x` are numbers in radix 10, 2, 8, 16.

(define-library (srfi 28)
  (export format)
  (import (termite core) (termite primitives) (termite port))
  (begin

    ;; The control string, with ~a and ~s replaced by arguments as `display` and `write`
    ;; show them, ~% by a new line and ~~ by a tilde. It may follow a port to write to,
    ;; #t for the current one, or #f. Raises an error when arguments lack.
    (define (format destination . arguments)
      (cond ((string? destination) (format->string destination arguments))
            ((null? arguments)
             (%signal-wrong-type 'format 1 "a format string" destination))
            ((not destination) (format->string (car arguments) (cdr arguments)))
            ((eq? destination #t)
             (format-to (current-output-port) (car arguments) (cdr arguments)))
            (else (format-to destination (car arguments) (cdr arguments)))))

    (define (format->string template arguments)
      (let ((port (open-output-string)))
        (format-to port template arguments)
        (get-output-string port)))

    (define (format-to port template arguments)
      (if (not (string? template))
          (%signal-wrong-type 'format 1 "a format string" template))
      (let ((end (string-length template)))
        (let loop ((start 0) (arguments arguments))
          (let ((tilde (%string-index template #\~ start)))
            (%write-string template port start (or tilde end))
            (cond (tilde
                   (loop (+ tilde 2)
                         (directive port template (+ tilde 1) end arguments)))
                  ((pair? arguments)
                   (error "format: more arguments than directives:" template)))))))

    ;; Carries out the directive at index `i`; the arguments that are left.
    (define (directive port template i end arguments)
      (if (>= i end)
          (error "format: the template ends in a tilde:" template))
      (let ((char (char-downcase (string-ref template i))))
        (case char
          ((#\~) (%write-char #\~ port) arguments)
          ((#\% #\n) (%newline port) arguments)
          (else
           (if (null? arguments)
               (error "format: fewer arguments than directives:" template))
           (show char (car arguments) port template)
           (cdr arguments)))))

    (define (show char x port template)
      (case char
        ((#\a) (%display x port))
        ((#\s) (%write x port))
        ((#\d) (%display x port))
        ((#\b) (%display (number->string x 2) port))
        ((#\o) (%display (number->string x 8) port))
        ((#\x) (%display (number->string x 16) port))
        (else (error "format: unknown directive:" (string #\~ char) template))))))
