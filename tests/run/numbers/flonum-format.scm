;; How flonums are written.
(for-each (lambda (x)
            (write x)
            (newline))
          (list 1.0 -1.0 0.5 -0.5 100.0 1.5 3.14159 0.1 (/ 1.0 3.0)
                123456.789 1000.0 1e21 1e22 1e100 1e-7 1.25e-10 -2.5e30
                .001 1234567.5 (sqrt 2.0)))
