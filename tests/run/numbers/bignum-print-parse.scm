;; Large integers are written and read back alike in several radices.
(define n (- (expt 7 50)))
(for-each (lambda (radix)
            (let ((text (number->string n radix)))
              (display text)
              (newline)
              (write (= n (string->number text radix)))
              (newline)))
          '(2 8 10 16))
