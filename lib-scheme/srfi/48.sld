;;; SRFI 48, intermediate format strings. `(format "~h")` tells the directives.
;;;
;;; The first argument is a template, or before it a port, #t for the current output port
;;; or #f for a string. `~f` with digits rounds the exact value to the nearest, ties to
;;; even; from 1e21 on, it shows an exponent. `~&` writes nothing at the start of a port.

(define-library (srfi 48)
  (export format)
  (import (termite core) (termite primitives) (termite port) (termite pretty))
  (begin

    ;; As `format` of SRFI 28, with the directives of SRFI 48, which ~h lists: numbers by
    ;; ~d ~x ~o ~b and ~w,dF, characters by ~c, and more. Raises an error for what the
    ;; control string cannot be used with.
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
      (let loop ((start 0) (arguments arguments))
        (let ((tilde (%string-index template #\~ start)))
          (%write-string template port start (or tilde (string-length template)))
          (cond (tilde
                 (receive (next arguments) (directive port template (+ tilde 1) arguments)
                   (loop next arguments)))
                ((pair? arguments)
                 (error "format: more arguments than directives:" template))))))

    ;; Carries out the directive at `i`: the index after it, and the arguments left.
    (define (directive port template i arguments)
      (receive (char width digits next) (read-directive template i)
        (cond (width
               (%write-string (fixed (argument arguments template) width digits) port)
               (values next (cdr arguments)))
              ((plain char port) (values next arguments))
              ((memv char '(#\? #\k))
               (values next (indirect port template arguments)))
              (else
               (show char (argument arguments template) port template)
               (values next (cdr arguments))))))

    ;; The letter of the directive at `i`, in lower case; the width and the number of
    ;; digits before it, or #f; the index after it.
    (define (read-directive template i)
      (let* ((width-end (digits-end template i))
             (comma? (and (< i width-end) (char-at? template width-end #\,)))
             (end (if comma? (digits-end template (+ width-end 1)) width-end))
             (char (char-downcase (char-at template end))))
        (cond ((not (or (< i width-end) (char=? char #\f)))
               (values char #f #f (+ end 1)))
              ((not (char=? char #\f)) (unknown char template))
              (else
               (values char
                       (or (string->number (substring template i width-end)) 0)
                       (and comma?
                            (string->number (substring template (+ width-end 1) end)))
                       (+ end 1))))))

    (define (digits-end template i)
      (if (and (< i (string-length template)) (char<=? #\0 (string-ref template i) #\9))
          (digits-end template (+ i 1))
          i))

    (define (char-at? template i char)
      (and (< i (string-length template)) (char=? char (string-ref template i))))

    (define (char-at template i)
      (if (< i (string-length template))
          (string-ref template i)
          (error "format: the template ends in a directive:" template)))

    (define (argument arguments template)
      (if (pair? arguments)
          (car arguments)
          (error "format: fewer arguments than directives:" template)))

    (define (unknown char template)
      (error "format: unknown directive:" (string #\~ char) template))

    ;; -- directives --

    ;; Carries out a directive without an argument; #f if it is none.
    (define (plain char port)
      (case char
        ((#\~) (%write-char #\~ port) #t)
        ((#\%) (%newline port) #t)
        ((#\&) (%fresh-line port) #t)
        ((#\t) (%write-char #\tab port) #t)
        ((#\_) (%write-char #\space port) #t)
        ((#\h) (%write-string help port) #t)
        (else #f)))

    ;; The arguments left after a template and a list of its arguments.
    (define (indirect port template arguments)
      (let ((inner (argument arguments template)))
        (format-to port inner (argument (cdr arguments) template))
        (cddr arguments)))

    (define (show char x port template)
      (case char
        ((#\a) (%display x port))
        ((#\s) (%write x port))
        ((#\w) (%write-shared x port))
        ((#\d) (show-number x 10 port))
        ((#\x) (show-number x 16 port))
        ((#\o) (show-number x 8 port))
        ((#\b) (show-number x 2 port))
        ((#\c) (%write-char x port))
        ((#\y) (pp x port))
        (else (unknown char template))))

    (define (show-number x radix port)
      (%write-string (number->string x radix) port))

    ;; -- fixed format --

    (define (fixed x width digits)
      (let ((text (cond ((string? x) x)
                        ((not (number? x))
                         (%signal-wrong-type 'format 2 "a number or a string for ~F" x))
                        (digits (number->fixed x digits))
                        (else (number->string x)))))
        (string-append (make-string (max 0 (- width (string-length text))) #\space)
                       text)))

    (define (number->fixed x digits)
      (if (real? x)
          (real->fixed x digits)
          (let ((imaginary (real->fixed (imag-part x) digits)))
            (string-append (real->fixed (real-part x) digits)
                           (if (memv (string-ref imaginary 0) '(#\+ #\-)) "" "+")
                           imaginary
                           "i"))))

    (define (real->fixed x digits)
      (cond ((not (= x x)) (number->string x))
            ((= x (* 2 x))
             (if (= x 0) (rational->fixed 0 digits) (number->string x)))
            ((< (abs x) 1e21) (rational->fixed (exact x) digits))
            (else (with-exponent (exact x) digits))))

    (define (rational->fixed x digits)
      (let* ((n (round (* (abs x) (expt 10 digits))))
             (text (number->string n))
             (missing (max 0 (- (+ digits 1) (string-length text))))
             (text (string-append (make-string missing #\0) text))
             (point (- (string-length text) digits)))
        (string-append (if (and (< x 0) (> n 0)) "-" "")
                       (substring text 0 point)
                       "."
                       (substring text point))))

    ;; One digit before the point; `x` is not below 1 in magnitude.
    (define (with-exponent x digits)
      (let* ((exponent (- (string-length (number->string (floor (abs x)))) 1))
             (text (rational->fixed (/ x (expt 10 exponent)) digits)))
        (string-append text "e" (number->string exponent))))

    ;; -- help --

    (define help
      (string-append
       "(format [<port>] <template> [<argument>...]) -- <port> is #f, #t or an output port\n"
       "Directives, of which case does not count; text is Unicode.\n"
       "~a\t[Any]\t\tdisplays the argument\n"
       "~s\t[Slashified]\twrites the argument\n"
       "~w\t[WriteCircular]\twrites the argument, with labels for what it shares\n"
       "~d\t[Decimal]\twrites a number in radix 10\n"
       "~x\t[heXadecimal]\twrites a number in radix 16\n"
       "~o\t[Octal]\t\twrites a number in radix 8\n"
       "~b\t[Binary]\twrites a number in radix 2\n"
       "~c\t[Character]\twrites a character as it is\n"
       "~y\t[Yuppify]\tpretty-prints the argument\n"
       "~?\t[Indirection]\tformats by a template and a list of its arguments\n"
       "~k\t[Indirection]\tthe same as ~?\n"
       "~w,df\t[Fixed]\t\ta string or number, w characters wide, with d digits after the point\n"
       "~~\t[tilde]\t\ta tilde\n"
       "~t\t[Tab]\t\ta tab\n"
       "~%\t[Newline]\tends the line\n"
       "~&\t[Freshline]\tends the line unless it is empty\n"
       "~_\t[Space]\t\ta space\n"
       "~h\t[Help]\t\tthis text\n"))))
