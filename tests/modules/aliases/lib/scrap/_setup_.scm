;; No alias.
(display "hello")
