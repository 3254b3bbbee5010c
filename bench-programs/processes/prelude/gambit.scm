(declare (block) (standard-bindings) (extended-bindings) (inlining-limit 0))

;; Prelude of the process benchmarks for Gambit; see ../README.md. The names of Termite are
;; macros over bare threads, so that the programs are the same; a message is a pointer.

(define-macro (self) '(current-thread))
(define-macro (spawn thunk) `(thread-start! (make-thread ,thunk)))
(define-macro (halt!) '(thread-terminate! (current-thread)))
(define-macro (! thread message) `(thread-send ,thread ,message))
(define-macro (?) '(thread-receive))

;; A single clause whose pattern is a list of variables.
(define-macro (recv clause)
  (let ((message (gensym)))
    (let loop ((variables (car clause)) (rest message) (bindings '()))
      (if (null? variables)
          `(let* ((,message (thread-receive)) ,@(reverse bindings)) ,@(cdr clause))
          (loop (cdr variables)
                `(cdr ,rest)
                (cons (list (car variables) `(car ,rest)) bindings))))))

;; A call: sends `(self tag message)`, looks through the mailbox for `(tag reply)`.
(define (!? thread message)
  (let ((tag (list 'tag)))
    (thread-send thread (list (current-thread) tag message))
    (let loop ()
      (let ((answer (thread-mailbox-next)))
        (if (and (pair? answer) (eq? (car answer) tag))
            (begin
              (thread-mailbox-extract-and-rewind)
              (cadr answer))
            (loop))))))

(define bench-samples 3)

(define (setting name)
  (string->number (getenv name "0")))

;; What the harness varies: processes or operations; 0 where a program needs none.
(define size (setting "BENCH_SIZE"))

(define (seconds) (real-time))

(define (print-row row figure result expected)
  (display row)
  (display "\t")
  (display figure)
  (display "\t")
  (if (equal? result expected)
      (display "ok")
      (begin
        (display "WRONG got ")
        (write result)
        (display ", expected ")
        (write expected)))
  (newline)
  (if (not (equal? result expected)) (exit 1)))

(define (bench-row row operations run expected)
  (run operations)
  (let loop ((i 0))
    (if (< i bench-samples)
        (begin
          (bench-once row operations run expected)
          (loop (+ i 1))))))

(define (bench-once row operations run expected)
  (let* ((start (seconds))
         (result (run operations))
         (stop (seconds)))
    (print-row row (* 1e6 (/ (- stop start) operations)) result expected)))

(define (resident-bytes)
  (##gc)
  (call-with-input-file "/proc/self/statm"
    (lambda (port)
      (read port)
      (* 4096 (read port)))))

;; How many calls `call.scm` makes in a sample. Fewer with a full mailbox, which
;; each call looks through.
(define calls 200000)
(define calls-when-full 200)
