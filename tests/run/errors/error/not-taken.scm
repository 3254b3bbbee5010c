;; @exit 70
;; @error passes through (a b)
;; A guard that takes only other things.
(display "before")
(newline)
(guard (e ((symbol? e) 'never))
  (error "passes through" '(a b)))
