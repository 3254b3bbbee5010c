;;; The exceptions of the paper "Concurrency Oriented Programming in Termite Scheme",
;;; section 4.7: a handler that returns goes on at the place of the `raise`.

(define-library (termite exceptions)
  (export (rename raise-continuable raise) with-exception-handler with-exception-catcher)
  (import (termite runtime)))
