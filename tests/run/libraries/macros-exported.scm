;; A library exports a macro whose helpers stay private.
(define-library (control loops)
  (export while unless-zero)
  (import (scheme base))
  (begin
    (define (helper x) (list 'helped x))
    (define-syntax while
      (syntax-rules ()
        ((_ test body ...)
         (let loop () (if test (begin body ... (loop)) #f)))))
    (define-syntax unless-zero
      (syntax-rules ()
        ((_ x) (if (= x 0) 'zero (helper x)))))))
(import (scheme base) (scheme write) (control loops))
(define i 0)
(while (< i 3)
  (write i)
  (set! i (+ i 1)))
(newline)
(define (helper x) 'mine)
(write (list (unless-zero 0) (unless-zero 5) (helper 1)))
(newline)
(write (let ((= eq?) (if list)) (unless-zero 5)))
(newline)
