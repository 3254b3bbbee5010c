;; char->integer and integer->char are inverse.
(write (map char->integer (list #\A #\z #\λ #\→ #\𝄞)))
(newline)
(write (map integer->char '(65 122 955 8594)))
(newline)
(write (char=? #\𝄞 (integer->char #x1D11E)))
(newline)
(let loop ((i 0) (good 0))
  (if (= i 300)
      (begin
        (write good)
        (newline))
      (loop (+ i 1) (if (= i (char->integer (integer->char i))) (+ good 1) good))))
