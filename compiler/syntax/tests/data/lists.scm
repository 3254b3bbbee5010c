() (a) (a b c) (a . b) (a b . c) (a . (b . (c . ()))) ( ( ) )
-----
#() #(a #(b) (c)) #(1 . 2)
-----
(a.b) (a . .b) (a .5)
-----
(quote a) (quote) (quote a b) (quote . a) (unquote @a) (a quote b)
-----
(define (f x)
  "doc"
  (if (< x 1) 'small #(big)))
-----
"a""b"(c)"d"|e|f|g|h'i
