;;; (scheme file) and (scheme load).

(import (scheme base) (scheme file) (scheme load) (scheme read) (scheme write)
        (scheme process-context) (scheme eval) (scheme repl))

(define-syntax show
  (syntax-rules ()
    ((_ expression ...)
     (begin
       (begin
         (write 'expression)
         (display " => ")
         (write expression)
         (newline))
       ...))))

(define name
  (string-append (or (get-environment-variable "TMPDIR") "/tmp")
                 "/termite-file-test-"
                 (number->string (exact (floor (* 1000 (current-second)))))))
(define (in-file procedure) (call-with-input-file name procedure))

(show (file-exists? name)
      (call-with-output-file name (lambda (port) (write '(1 "two") port) 'written))
      (file-exists? name)
      (in-file read)
      (with-input-from-file name read-line)
      (with-output-to-file name (lambda () (display "(define loaded-value 42)") (newline)))
      (in-file read-line)
      (begin (load name) (eval 'loaded-value (interaction-environment)))
      (let ((port (open-output-file name))) (write-string "again" port) (close-port port))
      (let* ((port (open-input-file name)) (line (read-line port))) (close-port port) line)
      (let ((port (open-binary-output-file name))) (write-u8 200 port) (close-port port))
      (let* ((port (open-binary-input-file name)) (byte (read-u8 port))) (close-port port) byte)
      (call-with-values (lambda () (in-file (lambda (port) (values 1 2)))) list)
      (let ((port (open-input-file name)))
        (call-with-port port (lambda (p) 'x))
        (input-port-open? port))
      (begin (delete-file name) (file-exists? name))
      (guard (e ((file-error? e) 'file-error)) (delete-file name))
      (guard (e ((file-error? e) 'file-error)) (open-input-file name))
      (guard (e ((file-error? e) 'file-error)) (with-input-from-file name read)))
