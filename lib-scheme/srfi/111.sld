;;; SRFI 111: boxes.

(define-library (srfi 111)
  (export box box? unbox set-box!)
  (import (termite core) (termite primitives))
  (begin

    (define-record-type <box>
      (box value)
      box?
      (value unbox set-box!))))
