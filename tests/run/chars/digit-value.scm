;; digit-value of decimal digits of several scripts.
(write (map digit-value (list #\0 #\5 #\9 #\a #\space #\٣ #\५)))
(newline)
