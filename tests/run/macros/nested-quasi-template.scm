;; Quasiquotation inside templates.
(define-syntax tagged
  (syntax-rules ()
    ((_ tag e ...) `(tag ,e ... ,@(list e ...)))))
(write (tagged t 1 (+ 1 1)))
(newline)
(define-syntax dict
  (syntax-rules (=>)
    ((_ (k => v) ...) `((k . ,v) ...))))
(write (dict (a => 1) (b => (* 2 3))))
(newline)
