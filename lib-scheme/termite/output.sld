;;; Output for people: `print`, `println`, messages to the error port, `time`.

(define-library (termite output)
  (export print println warning info debug time)
  (import (termite core) (termite primitives) (termite runtime) (termite list) (termite port))
  (begin

    ;; -- print --

    ;; `(print [port: port] x ...)` displays each argument.
    (define (print . arguments)
      (if (and (pair? arguments) (eq? (car arguments) 'port:) (pair? (cdr arguments)))
          (print-to (cadr arguments) (cddr arguments))
          (print-to (current-output-port) arguments)))

    ;; Displays the arguments, one after the other, and ends the line.
    (define (println . arguments)
      (if (and (pair? arguments) (eq? (car arguments) 'port:) (pair? (cdr arguments)))
          (println-to (cadr arguments) (cddr arguments))
          (println-to (current-output-port) arguments)))

    (define (print-to port arguments)
      (for-each (lambda (x) (display x port)) arguments))

    (define (println-to port arguments)
      (print-to port arguments)
      (newline port))

    ;; -- messages to the error port --

    ;; Writes `(warning: term ...)` on a line of the current error port.
    (define (warning . terms) (message "warning" terms))

    ;; Writes `(info: term ...)` on a line of the current error port.
    (define (info . terms) (message "info" terms))

    ;; Writes `(debug: term ...)` on a line of the current error port.
    (define (debug . terms) (message "debug" terms))

    ;; `(info: term ...)` on a line of its own.
    (define (message kind terms)
      (let ((port (current-error-port)))
        (%write-string
         (string-append "(" kind ":" (string-concatenate (map term->string terms)) ")\n")
         port)
        (%flush-output-port port)))

    (define (term->string term)
      (string-append " " (%display->string term)))

    ;; -- time --

    ;; `(time expression ...)` has the values of the last expression, and reports on the
    ;; error port what they took.
    (define-syntax time
      (syntax-rules ()
        ((_ expression ...)
         (call-timed '(time expression ...) (lambda () expression ...)))))

    (define (call-timed form thunk)
      (let ((before (%gc-statistics))
            (start (current-jiffy)))
        (receive results (thunk)
          (let ((stop (current-jiffy)))
            (report form (/ (- stop start) (jiffies-per-second)) before (%gc-statistics)))
          (%values-list results))))

    (define (report form seconds before after)
      (define (spent i) (- (vector-ref after i) (vector-ref before i)))
      (println-to (current-error-port)
                  (list (object->string form 70)
                        "\n    " (seconds->string seconds) " s, "
                        (spent 2) " bytes allocated, "
                        (spent 0) " minor and " (spent 1) " full collections")))

    ;; With three decimals.
    (define (seconds->string seconds)
      (let* ((milliseconds (round (* 1000 seconds)))
             (decimals (number->string (modulo milliseconds 1000))))
        (string-append (number->string (quotient milliseconds 1000))
                       "."
                       (string-pad-left decimals 3 #\0))))))
