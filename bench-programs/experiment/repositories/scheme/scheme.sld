;; An interpreter of Scheme, and the fixed work that is measured with it.
;;
;; An interpreter is a world of global names and a port that takes the output of
;; its programs.  `scheme-eval` evaluates a datum, `scheme-eval-string` all data of
;; a text, with the value of the last one.  Errors of programs are conditions of
;; the host.
;;
;; (run) makes an interpreter, evaluates the programs of programs.sld in it, and
;; gives the list of their values and outputs; `expected` is what that has to be.

(define-library (bench.local/experiment scheme)
  (export make-interpreter scheme-eval scheme-eval-string scheme-output
          run expected)
  (import (scheme base)
          (bench.local/experiment scheme reader)
          (bench.local/experiment scheme syntax)
          (bench.local/experiment scheme derived)
          (bench.local/experiment scheme analyze)
          (bench.local/experiment scheme primitives)
          (bench.local/experiment scheme programs))
  (begin

(define-record-type interpreter
  (new-interpreter world port)
  interpreter?
  (world interpreter-world)
  (port interpreter-port))

(define (make-interpreter)
  (let* ((world (make-world))
         (port (open-output-string))
         (interpreter (new-interpreter world port)))
    (define-syntax-forms! world)
    (define-procedures! world host-procedures)
    (define-procedures! world record-procedures)
    (define-procedures! world (output-procedures port))
    (define-procedures!
     world
     `((eval . ,(lambda (x) (scheme-eval interpreter x)))))
    interpreter))

(define (define-syntax-forms! world)
  (for-each (lambda (entry)
              (world-bind! world (car entry) (make-special (cdr entry))))
            special-forms)
  (for-each (lambda (entry)
              (world-bind! world (car entry) (make-macro (cdr entry))))
            (derived-forms world)))

(define (define-procedures! world entries)
  (for-each (lambda (entry)
              (set-global-value! (world-global world (car entry))
                                 (cdr entry)))
            entries))

(define (scheme-eval interpreter datum)
  ((analyze datum (interpreter-world interpreter)) #f))

(define (scheme-eval-string interpreter text)
  (let ((source (make-source text)))
    (let loop ((value #f))
      (let ((datum (read-datum source)))
        (if (end-mark? datum)
            value
            (loop (scheme-eval interpreter datum)))))))

;; All that the interpreter's programs have written.
(define (scheme-output interpreter)
  (get-output-string (interpreter-port interpreter)))

(define (run-program program)
  (let* ((interpreter (make-interpreter))
         (value (scheme-eval-string interpreter (cadr program))))
    (list (car program) value (scheme-output interpreter))))

(define (run)
  (map run-program programs))

(define expected
  (map (lambda (program)
         (list (car program) (list-ref program 2) (list-ref program 3)))
       programs))

  ))
