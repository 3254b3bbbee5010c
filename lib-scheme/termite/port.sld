;;; Input and output as R7RS has it: the current ports, procedures whose port may be left
;;; out, procedures that call others with a port. The ports themselves are primitives.
;;;
;;; Clauses stand in the order of their use: the first one is called fastest.
;;;
;;; What is at hand is read by primitives (`%next-char`) that need not end the segment; they
;;; give #f for all else. What writes gives #t when its process should wait for room.

(define-library (termite port)
  (export current-input-port current-output-port current-error-port
          read-char peek-char char-ready? read-line read-string
          read-u8 peek-u8 u8-ready? read-bytevector read-bytevector!
          read
          write-char write-string newline fresh-line write-u8 write-bytevector
          flush-output-port
          write write-shared write-simple display
          call-with-port
          call-with-input-file call-with-output-file
          with-input-from-file with-output-to-file
          call-with-output-string with-output-to-string
          call-with-input-string with-input-from-string)
  (import (termite core) (termite primitives) (termite runtime))
  (begin

    ;; -- the current ports --

    (define (check-input-port port)
      (if (not (input-port? port))
          (%signal-wrong-type 'current-input-port 1 "an input port" port))
      port)

    (define (check-output-port port)
      (if (not (output-port? port))
          (%signal-wrong-type 'current-output-port 1 "an output port" port))
      port)

    ;; The port that is read when none is named.
    (define current-input-port
      (make-parameter (%console-input-port) check-input-port))

    ;; The port that is written to when none is named.
    (define current-output-port
      (make-parameter (%console-output-port) check-output-port))

    ;; The port for messages about the program.
    (define current-error-port
      (make-parameter (%console-error-port) check-output-port))

    ;; -- input --

    ;; The next character, or the end-of-file object. Waits for it.
    (define read-char
      (case-lambda
        (() (let ((port (current-input-port)))
              (or (%next-char port) (%read-char port))))
        ((port) (or (%next-char port) (%read-char port)))))

    ;; The next character, which stays in the port, or the end-of-file object. Waits for
    ;; it.
    (define peek-char
      (case-lambda
        (() (let ((port (current-input-port)))
              (or (%peek-next-char port) (%peek-char port))))
        ((port) (or (%peek-next-char port) (%peek-char port)))))

    ;; The next line without its end, or the end-of-file object.
    (define read-line
      (case-lambda
        (() (let ((port (current-input-port)))
              (or (%next-line port) (%read-line port))))
        ((port) (or (%next-line port) (%read-line port)))))

    ;; The next byte, or the end-of-file object. Waits for it.
    (define read-u8
      (case-lambda
        (() (let ((port (current-input-port)))
              (or (%next-u8 port) (%read-u8 port))))
        ((port) (or (%next-u8 port) (%read-u8 port)))))

    ;; The next datum, or the end-of-file object. Raises a read error for what is none.
    (define read
      (case-lambda
        (() (%read (current-input-port)))
        ((port) (%read port))))

    ;; The next byte, which stays in the port, or the end-of-file object. Waits for it.
    (define (peek-u8 #!optional (port (current-input-port)))
      (%peek-u8 port))

    ;; Whether a character can be read without waiting.
    (define (char-ready? #!optional (port (current-input-port)))
      (%char-ready? port))

    ;; Whether a byte can be read without waiting.
    (define (u8-ready? #!optional (port (current-input-port)))
      (%u8-ready? port))

    ;; The next characters, at most `k`, or the end-of-file object.
    (define (read-string k #!optional (port (current-input-port)))
      (%read-string k port))

    ;; The next bytes, at most `k`, or the end-of-file object.
    (define (read-bytevector k #!optional (port (current-input-port)))
      (%read-bytevector k port))

    ;; Reads bytes into the range; how many, or the end-of-file object.
    (define (read-bytevector! bytes
                              #!optional
                              (port (current-input-port))
                              (start #!default)
                              (end #!default))
      (%read-bytevector! bytes port start end))

    ;; -- output --

    ;; Writes, and waits for room if the port's buffer is full then.
    (define-syntax put
      (syntax-rules ()
        ((_ (operator argument ... port))
         (let ((to port))
           (if (operator argument ... to)
               (%drain-output to))))
        ((_ (operator argument ... port) more ...)
         (let ((to port))
           (if (operator argument ... to more ...)
               (%drain-output to))))))

    ;; Writes a character.
    (define write-char
      (case-lambda
        ((char) (put (%write-char char (current-output-port))))
        ((char port) (put (%write-char char port)))))

    ;; Writes the characters in the range.
    (define write-string
      (case-lambda
        ((string) (put (%write-string string (current-output-port))))
        ((string port) (put (%write-string string port)))
        ((string port start) (put (%write-string string port) start))
        ((string port start end) (put (%write-string string port) start end))))

    ;; Ends the line.
    (define newline
      (case-lambda
        (() (put (%newline (current-output-port))))
        ((port) (put (%newline port)))))

    ;; Writes a value so that `read` gives it back; cycles get labels (R7RS 6.13.3).
    (define write
      (case-lambda
        ((x) (put (%write x (current-output-port))))
        ((x port) (put (%write x port)))))

    ;; Writes a value for people: strings and characters as they are (R7RS 6.13.3).
    (define display
      (case-lambda
        ((x) (put (%display x (current-output-port))))
        ((x port) (put (%display x port)))))

    ;; Writes a byte.
    (define write-u8
      (case-lambda
        ((byte) (put (%write-u8 byte (current-output-port))))
        ((byte port) (put (%write-u8 byte port)))))

    ;; As `write`, with labels for all that is shared.
    (define (write-shared x #!optional (port (current-output-port)))
      (put (%write-shared x port)))

    ;; As `write`, without labels; does not end for cycles.
    (define (write-simple x #!optional (port (current-output-port)))
      (put (%write-simple x port)))

    ;; Ends the line unless nothing is on it.
    (define (fresh-line #!optional (port (current-output-port)))
      (put (%fresh-line port)))

    ;; Writes the bytes in the range.
    (define (write-bytevector bytes
                              #!optional
                              (port (current-output-port))
                              (start #!default)
                              (end #!default))
      (put (%write-bytevector bytes port) start end))

    ;; Hands on what is buffered. The current output port if none is named.
    (define (flush-output-port #!optional (port (current-output-port)))
      (%flush-output-port port))

    ;; -- procedures that are given a port --
    ;;
    ;; The port is closed when the procedure returns, not when it escapes: it may come
    ;; back (R7RS 6.13.1).

    ;; Calls the procedure with the port, which is closed when it returns; its values.
    (define (call-with-port port procedure)
      (receive results (procedure port)
        (close-port port)
        (%values-list results)))

    ;; Calls the procedure with a port that reads the file, which is closed afterwards.
    ;; Raises a file error when it cannot be opened.
    (define (call-with-input-file path procedure)
      (call-with-port (open-input-file path) procedure))

    ;; Calls the procedure with a port that writes the file, which is closed afterwards.
    ;; Raises a file error when it cannot be opened.
    (define (call-with-output-file path procedure)
      (call-with-port (open-output-file path) procedure))

    ;; Calls the thunk with the file as the current input. Raises a file error when it
    ;; cannot be opened.
    (define (with-input-from-file path thunk)
      (with-input-from (open-input-file path) thunk))

    ;; Calls the thunk with the file as the current output. Raises a file error when it
    ;; cannot be opened.
    (define (with-output-to-file path thunk)
      (let ((port (open-output-file path)))
        (receive results (parameterize ((current-output-port port)) (thunk))
          (close-port port)
          (%values-list results))))

    (define (with-input-from port thunk)
      (receive results (parameterize ((current-input-port port)) (thunk))
        (close-port port)
        (%values-list results)))

    ;; -- ports on strings --

    ;; Calls the procedure with a port; the string of what was written to it.
    (define (call-with-output-string procedure)
      (let ((port (open-output-string)))
        (procedure port)
        (get-output-string port)))

    ;; Calls the thunk; the string of what it wrote to the current output port.
    (define (with-output-to-string thunk)
      (let ((port (open-output-string)))
        (parameterize ((current-output-port port)) (thunk))
        (get-output-string port)))

    ;; Calls the procedure with a port that reads the string.
    (define (call-with-input-string string procedure)
      (call-with-port (open-input-string string) procedure))

    ;; Calls the thunk with the string as the current input.
    (define (with-input-from-string string thunk)
      (with-input-from (open-input-string string) thunk))))
