;;; R7RS 6.7: strings.
(include "check.inc")

(define (f) (make-string 3 #\*))
(define (g) "***")
(define (set-and-get s k c) (string-set! s k c) s)
(check
 (string? "a") => #t
 (string? 'a) => #f
 (string? #\a) => #f
 (string? "") => #t
 (make-string 3 #\x) => "xxx"
 (string-length (make-string 3)) => 3
 (make-string 0 #\x) => ""
 (make-string -1 #\x) =>! error
 (make-string 2 "x") =>! error
 (make-string 'a) =>! error
 (string) => ""
 (string #\a #\b) => "ab"
 (string-length "abc") => 3
 (string-length "") => 0
 (string-length "λx") => 2
 (string-length 'a) =>! error
 (string-ref "abc" 0) => #\a
 (string-ref "abc" 2) => #\c
 (string-ref "aλb" 1) => #\λ
 (string-ref "aλb" 2) => #\b
 (string-ref "abc" 3) =>! error
 (string-ref "abc" -1) =>! error
 (string-ref "abc" 1.0) =>! error
 (string-ref "" 0) =>! error
 (string-ref 'abc 0) =>! error
 (set-and-get (f) 0 #\?) => "?**"
 (set-and-get (g) 0 #\?) =>! error
 (set-and-get (symbol->string 'immutable) 0 #\?) =>! error
 (set-and-get (string-copy "abc") 1 #\λ) => "aλc"
 (set-and-get (string-copy "abc") 2 #\x1F600) => "ab\x1F600;"
 (set-and-get (f) 3 #\?) =>! error
 (set-and-get (f) 0 "?") =>! error
 "a\tb" => "a\x9;b"
 (string-length "\x41;bc") => 3
 (string-length "a\
                 b") => 2
 "The word \"recursion\" has many meanings." => "The word \"recursion\" has many meanings."
 (string-length "Here's text \
                 containing just one line") => 36
 "\x03B1; is named GREEK SMALL LETTER ALPHA." => "α is named GREEK SMALL LETTER ALPHA.")

(check
 (string=? "abc" "abc") => #t
 (string=? "abc" "abd") => #f
 (string=? "abc" "ab") => #f
 (string=? "a" "a" "a") => #t
 (string=? "a" "a" "b") => #f
 (string=? "" "") => #t
 (string<? "a" "b") => #t
 (string<? "a" "ab") => #t
 (string<? "ab" "a") => #f
 (string<? "" "a") => #t
 (string<? "a" "b" "c") => #t
 (string<? "a" "c" "b") => #f
 (string<? "a" "a") => #f
 (string>? "b" "a") => #t
 (string>? "ab" "a") => #t
 (string>? "c" "b" "a") => #t
 (string>? "a" "b") => #f
 (string<=? "a" "a" "b") => #t
 (string<=? "b" "a") => #f
 (string>=? "b" "b" "a") => #t
 (string>=? "a" "b") => #f
 (string=? "a" 'a) =>! error
 (string<? "a" 5) =>! error
 (string=? "a" "b" 5) =>! error
 (string-ci=? "AbC" "aBc") => #t
 (string-ci=? "abc" "abd") => #f
 (string-ci=? "a" "A" "a") => #t
 (string-ci=? "Straße" "STRASSE") => #t
 (string-ci=? "ΑΣ" "ας") => #t
 (string-ci<? "a" "B") => #t
 (string-ci<? "B" "a") => #f
 (string-ci>? "B" "a") => #t
 (string-ci<=? "a" "A" "b") => #t
 (string-ci>=? "b" "B" "a") => #t
 (string-ci=? "a" 'a) =>! error
 (string-upcase "abc") => "ABC"
 (string-upcase "Straße") => "STRASSE"
 (string-upcase "") => ""
 (string-downcase "ABC") => "abc"
 (string-downcase "ΧΑΟΣ") => "χαος"
 (string-downcase "ΧΑΟΣΣ") => "χαοσς"
 (string-downcase "ΧΑΟΣ Σ") => "χαος σ"
 (string-foldcase "ABC") => "abc"
 (string-foldcase "Straße") => "strasse"
 (string-foldcase "ΧΑΟΣ") => "χαοσ"
 (string-upcase "χαος") => "ΧΑΟΣ"
 (string-upcase 'a) =>! error
 (string-downcase 5) =>! error
 (string-foldcase #\a) =>! error)

(check
 (substring "abcde" 1 3) => "bc"
 (substring "abcde" 0 0) => ""
 (substring "abcde" 0 5) => "abcde"
 (substring "aλc" 1 2) => "λ"
 (substring "abc" 2 1) =>! error
 (substring "abc" 0 4) =>! error
 (substring "abc" -1 2) =>! error
 (let ((s (string #\a #\b))) (eq? s (substring s 0 2))) => #f
 (string-append) => ""
 (string-append "abc") => "abc"
 (string-append "abc" "def" "" "λ") => "abcdefλ"
 (let ((s (string #\a))) (eq? s (string-append s))) => #f
 (string-append "a" 'b) =>! error
 (string-append "a" #\b) =>! error
 (string->list "abc") => (#\a #\b #\c)
 (string->list "") => ()
 (string->list "abc" 1) => (#\b #\c)
 (string->list "abc" 1 2) => (#\b)
 (string->list "abc" 3) => ()
 (string->list "abc" 4) =>! error
 (string->list "abc" 2 1) =>! error
 (list->string '(#\a #\b)) => "ab"
 (list->string '()) => ""
 (list->string '(1 2)) =>! error
 (list->string '(#\a . #\b)) =>! error
 (list->string "a") =>! error
 (string-copy "abc") => "abc"
 (string-copy "abc" 1) => "bc"
 (string-copy "abc" 1 2) => "b"
 (string-copy "abc" 3 3) => ""
 (string-copy "abc" 2 1) =>! error
 (string-copy "abc" 0 4) =>! error
 (let* ((a "12345") (b (string-copy a))) (string-set! b 0 #\x) (list a b)) => ("12345" "x2345")
 (let* ((a "12345") (b (string-copy "abcde"))) (string-copy! b 1 a 0 2) b) => "a12de"
 (let ((s (string-copy "abcde"))) (string-copy! s 0 "xy") s) => "xycde"
 (let ((s (string-copy "abcde"))) (string-copy! s 3 "vwxyz" 3) s) => "abcyz"
 (let ((s (string-copy "abcde"))) (string-copy! s 1 s 0 3) s) => "aabce"
 (let ((s (string-copy "abcde"))) (string-copy! s 0 s 2 5) s) => "cdede"
 (let ((s (string-copy "abcde"))) (string-copy! s 5 "") s) => "abcde"
 (string-copy! (string-copy "abc") 2 "xy") =>! error
 (string-copy! (string-copy "abc") -1 "x") =>! error
 (string-copy! (string-copy "abc") 0 "xyz" 2 1) =>! error
 (string-copy! (string-copy "abc") 4 "") =>! error
 (let ((s (make-string 3 #\a))) (string-fill! s #\b) s) => "bbb"
 (let ((s (string-copy "abcde"))) (string-fill! s #\x 2) s) => "abxxx"
 (let ((s (string-copy "abcde"))) (string-fill! s #\x 1 3) s) => "axxde"
 (string-fill! (string-copy "abc") #\x 4) =>! error
 (string-fill! (string-copy "abc") 5) =>! error)

(report)
