;; @exit 70
;; @error integer->char: argument 1 must be
;; integer->char of half a surrogate pair.
(display "before")
(newline)
(write (integer->char #xD800))
(newline)
(display "not reached")
