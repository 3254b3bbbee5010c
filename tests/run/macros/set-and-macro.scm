;; Macros that expand to definitions of records and procedures.
(define-syntax define-enum
  (syntax-rules ()
    ((_ name (tag value) ...)
     (define (name x)
       (cond ((eq? x 'tag) value) ...
             (else (list 'unknown x)))))))
(define-enum colour (red 1) (green 2) (blue 4))
(write (map colour '(red blue pink)))
(newline)
(define-syntax define-struct
  (syntax-rules ()
    ((_ name make pred (field getter) ...)
     (define-record-type name (make field ...) pred (field getter) ...))))
(define-struct point make-point point? (x point-x) (y point-y))
(write (list (point-x (make-point 3 4)) (point-y (make-point 3 4)) (point? 5)))
(newline)
