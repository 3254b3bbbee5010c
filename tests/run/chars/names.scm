;; Character names as literals and as written.
(define (show c)
  (write c)
  (display " ")
  (write (char->integer c))
  (newline))
(for-each show (list #\a #\A #\space #\newline #\tab #\return #\null #\delete
                     #\escape #\backspace #\alarm #\x41 #\( #\\ #\" #\;))
