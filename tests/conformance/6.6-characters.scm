;;; R7RS 6.6: characters.
(include "check.inc")
(check
 (char->integer #\alarm) => 7
 (char->integer #\backspace) => 8
 (char->integer #\delete) => 127
 (char->integer #\escape) => 27
 (char->integer #\newline) => 10
 (char->integer #\null) => 0
 (char->integer #\return) => 13
 (char->integer #\space) => 32
 (char->integer #\tab) => 9
 (char->integer #\x03BB) => 955
 (char->integer #\x41) => 65
 (char->integer #\x) => 120
 (char->integer #\λ) => 955
 (integer->char 955) => #\λ
 (integer->char 65) => #\A
 (integer->char 0) => #\null
 (integer->char #x10FFFF) => #\x10FFFF
 (integer->char #xD7FF) => #\xD7FF
 (integer->char #xE000) => #\xE000
 (integer->char #xD800) =>! error
 (integer->char #xDFFF) =>! error
 (integer->char #x110000) =>! error
 (integer->char -1) =>! error
 (integer->char 65.0) =>! error
 (char->integer "a") =>! error
 (char? #\a) => #t
 (char? "a") => #f
 (char? 'a) => #f
 (char? 65) => #f
 (eqv? #\A #\x41) => #t)

(check
 (char=? #\a #\a) => #t
 (char=? #\a #\b) => #f
 (char=? #\a #\a #\a) => #t
 (char=? #\a #\a #\b) => #f
 (char<? #\a #\b) => #t
 (char<? #\b #\a) => #f
 (char<? #\a #\b #\c) => #t
 (char<? #\a #\c #\b) => #f
 (char<? #\A #\a) => #t
 (char>? #\b #\a) => #t
 (char>? #\c #\b #\a) => #t
 (char>? #\a #\a) => #f
 (char<=? #\a #\a) => #t
 (char<=? #\a #\a #\b) => #t
 (char<=? #\b #\a) => #f
 (char>=? #\b #\b #\a) => #t
 (char>=? #\a #\b) => #f
 (char=? #\a 5) =>! error
 (char<? "a" #\b) =>! error
 (char<? #\b #\a 5) =>! error
 (char-ci=? #\a #\A) => #t
 (char-ci=? #\a #\b) => #f
 (char-ci=? #\a #\A #\a) => #t
 (char-ci<? #\a #\B) => #t
 (char-ci<? #\A #\b #\C) => #t
 (char-ci>? #\B #\a) => #t
 (char-ci<=? #\a #\A) => #t
 (char-ci>=? #\a #\A) => #t
 (char-ci=? #\λ #\Λ) => #t
 (char-ci=? #\ς #\σ) => #t
 (char-ci=? #\a 'a) =>! error)

(check
 (char-alphabetic? #\a) => #t
 (char-alphabetic? #\Z) => #t
 (char-alphabetic? #\λ) => #t
 (char-alphabetic? #\1) => #f
 (char-alphabetic? #\space) => #f
 (char-alphabetic? #\_) => #f
 (char-alphabetic? #\中) => #t
 (char-numeric? #\1) => #t
 (char-numeric? #\a) => #f
 (char-numeric? #\x0664) => #t
 (char-numeric? #\x0AE6) => #t
 (char-numeric? #\½) => #f
 (char-whitespace? #\space) => #t
 (char-whitespace? #\newline) => #t
 (char-whitespace? #\tab) => #t
 (char-whitespace? #\return) => #t
 (char-whitespace? #\x00A0) => #t
 (char-whitespace? #\x3000) => #t
 (char-whitespace? #\a) => #f
 (char-whitespace? #\_) => #f
 (char-upper-case? #\A) => #t
 (char-upper-case? #\a) => #f
 (char-upper-case? #\1) => #f
 (char-upper-case? #\Λ) => #t
 (char-lower-case? #\a) => #t
 (char-lower-case? #\A) => #f
 (char-lower-case? #\1) => #f
 (char-lower-case? #\λ) => #t
 (char-alphabetic? 5) =>! error
 (char-numeric? "1") =>! error
 (char-whitespace? 'a) =>! error
 (char-upper-case? 1) =>! error
 (char-lower-case? 1) =>! error
 (digit-value #\3) => 3
 (digit-value #\0) => 0
 (digit-value #\9) => 9
 (digit-value #\x0664) => 4
 (digit-value #\x0AE6) => 0
 (digit-value #\x0EA6) => #f
 (digit-value #\a) => #f
 (digit-value "3") =>! error
 (char-upcase #\i) => #\I
 (char-upcase #\I) => #\I
 (char-upcase #\1) => #\1
 (char-upcase #\λ) => #\Λ
 (char-upcase #\ß) => #\ß
 (char-downcase #\I) => #\i
 (char-downcase #\i) => #\i
 (char-downcase #\Λ) => #\λ
 (char-foldcase #\A) => #\a
 (char-foldcase #\a) => #\a
 (char-foldcase #\Σ) => #\σ
 (char-foldcase #\ς) => #\σ
 (char-upcase "a") =>! error
 (char-downcase 1) =>! error
 (char-foldcase 1) =>! error)

(check
 (write #\a) =>output "#\\a"
 (write #\space) =>output "#\\space"
 (write #\newline) =>output "#\\newline"
 (write #\tab) =>output "#\\tab"
 (write #\null) =>output "#\\null"
 (write #\delete) =>output "#\\delete"
 (write #\escape) =>output "#\\escape"
 (write #\alarm) =>output "#\\alarm"
 (write #\backspace) =>output "#\\backspace"
 (write #\return) =>output "#\\return"
 (write #\() =>output "#\\("
 (write #\;) =>output "#\\;"
 (write #\") =>output "#\\\""
 (write #\x) =>output "#\\x"
 (write #\λ) =>output "#\\λ"
 (write #\x1) =>output "#\\x1"
 (display #\a) =>output "a"
 (display #\space) =>output " ")
(report)
