;; Beside the library, which fails it.
(import (sum))
(unless (= (sum '(1 2)) 4)
  (error "the sum of 1 and 2 is not" 4))
