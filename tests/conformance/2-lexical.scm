;;; R7RS 2: identifiers, whitespace and comments, other notations, datum labels.
(include "check.inc")

;; 2.1 Identifiers
(check
 (symbol->string '...) => "..."
 (symbol->string '+) => "+"
 (symbol->string '+soup+) => "+soup+"
 (symbol->string '<=?) => "<=?"
 (symbol->string '->string) => "->string"
 (symbol->string 'a34kTMNs) => "a34kTMNs"
 (symbol->string 'lambda) => "lambda"
 (symbol->string 'list->vector) => "list->vector"
 (symbol->string 'q) => "q"
 (symbol->string 'V17a) => "V17a"
 (symbol->string '|two words|) => "two words"
 (symbol->string '|two\x20;words|) => "two words"
 (symbol->string 'the-word-recursion-has-many-meanings) => "the-word-recursion-has-many-meanings"
 (eq? '|two words| '|two\x20;words|) => #t
 (eq? '|foo| 'foo) => #t
 (eq? '|H\x65;llo| 'Hello) => #t
 (eq? '|\x3BB;| 'λ) => #t
 (symbol->string '|\t\t|) => "\t\t"
 (eq? '|\x9;\x9;| '|\t\t|) => #t
 (string-length (symbol->string '||)) => 0
 (symbol->string '|a\nb|) => "a\nb"
 (symbol->string '|a\|b|) => "a|b"
 (eq? 'abc 'ABC) => #f
 (eq? 'abc 'AbC) => #f
 (symbol? '!) => #t
 (symbol? '$) => #t
 (symbol? '%) => #t
 (symbol? '&) => #t
 (symbol? '*) => #t
 (symbol? '/) => #t
 (symbol? ':) => #t
 (symbol? '<) => #t
 (symbol? '=) => #t
 (symbol? '>) => #t
 (symbol? '?) => #t
 (symbol? '^) => #t
 (symbol? '_) => #t
 (symbol? '~) => #t
 (symbol? '-) => #t
 (symbol? '.a) => #t
 (symbol? '..) => #t
 (symbol? '+.a) => #t
 (symbol? '+a) => #t
 (symbol? '-a) => #t
 (symbol? '+@) => #t
 (symbol? '-.a) => #t
 (symbol? '--) => #t
 (symbol? '+-) => #t
 (symbol? '-..) => #t
 (symbol? 'a.b) => #t
 (symbol? 'a@b) => #t
 (let ((λ 3) (étage 4)) (+ λ étage)) => 7)

;; #!fold-case and #!no-fold-case
(define (read-from text) (read (open-input-string text)))
(check
 (read-from "#!fold-case HELLO") => hello
 (read-from "#!fold-case (Abc |DEF| #\\A \"GHI\")") => (abc |DEF| #\A "GHI")
 (read-from "#!fold-case (ABC #!no-fold-case ABC)") => (abc ABC)
 (read-from "#!no-fold-case ABC") => ABC
 (read-from "#!fold-case #\\SPACE") => #\space
 (read-from "#!fold-case #T") => #t)

;; 2.2 Whitespace and comments
(check
 (list 1 ; a comment
       2) => (1 2)
 (list 1 #| a block |# 2) => (1 2)
 (list 1 #| a #| nested |# block |# 2) => (1 2)
 (list 1 #;2 3) => (1 3)
 (list 1 #; (a b (c)) 3) => (1 3)
 (list 1 #;#;2 3 4) => (1 4)
 '(1 . #;2 3) => (1 . 3)
 '(1 . 2 #;3) => (1 . 2)
 '(#;1) => ()
 '#(#;1 2 #;3) => #(2)
 (list 1 #|;|# 2) => (1 2)
 (list 1 #||# 2) => (1 2)
 (list 1 #|||# 2) => (1 2)
 (let () #;(error "no") 5) => 5
 (read-from "; only\n x") => x
 (read-from "#| unfinished") =>! read
 (read-from "#| a #| b |# ") =>! read
 (eof-object? (read-from "; only a comment")) => #t
 (eof-object? (read-from "#;x")) => #t
 (eof-object? (read-from "  \n\t ")) => #t)

;; 2.3 Other notations
(check
 #t => #t
 #f => #f
 #true => #t
 #false => #f
 '#TRUE => #t
 '#F => #f
 (eq? #t #true) => #t
 (eq? #f #false) => #t
 '#\a => #\a
 #\A => #\A
 (char->integer #\() => 40
 (char->integer #\)) => 41
 (char->integer #\;) => 59
 (char->integer #\") => 34
 (char->integer #\#) => 35
 (char->integer #\ ) => 32
 #d10 => 10
 #x1F => 31
 #b101 => 5
 #o17 => 15
 '#(1 2 3) => #(1 2 3)
 '#u8(1 2 3) => #u8(1 2 3)
 (equal? '#u8(0 255) (bytevector 0 255)) => #t
 (vector? '#()) => #t
 (bytevector? '#u8()) => #t
 #(a b c) => #(a b c)
 #u8(1 2) => #u8(1 2)
 "abc" => "abc"
 '(quote a) => 'a
 '(quasiquote a) => `a
 '(unquote a) => ,a
 '(unquote-splicing a) => ,@a
 (car ''a) => quote
 (car '`a) => quasiquote
 (car ',a) => unquote
 (car ',@a) => unquote-splicing
 (length ''a) => 2
 '(a . (b . (c))) => (a b c)
 '(a . (b . c)) => (a b . c)
 '(a .b) => (a .b)
 (length '(a .b)) => 2
 (cdr '(a . b)) => b)

;; 2.4 Datum labels
(check
 (let ((x '#0=(a b c . #0#))) (eq? x (cdddr x))) => #t
 (let ((x '(#1=(1 2) #1#))) (eq? (car x) (cadr x))) => #t
 (let ((x (read-from "#0=(a b c . #0#)"))) (eq? x (cdddr x))) => #t
 (let ((x (read-from "#0=(#1=(1) #1# #0#)")))
   (list (eq? (car x) (cadr x)) (eq? x (caddr x)))) => (#t #t)
 (let ((x (read-from "#5=#(1 #5#)"))) (eq? x (vector-ref x 1))) => #t
 (let ((x (read-from "(#0=\"ab\" #0#)"))) (eq? (car x) (cadr x))) => #t
 (read-from "(#0=1 . #0#)") => (1 . 1)
 (let ((x (read-from "(#0=(1 . 2) #(#0# #0#))")))
   (eq? (car x) (vector-ref (cadr x) 1))) => #t
 (read-from "#0#") =>! read
 (read-from "(a #1#)") =>! read
 (read-from "#0=#0#") =>! read)

;; 7.1 What is no datum
(check
 (read-from "(") =>! read
 (read-from "(a") =>! read
 (read-from "(a . ") =>! read
 (read-from "(a . b c)") =>! read
 (read-from "( . a)") =>! read
 (read-from "(a . )") =>! read
 (read-from ")") =>! read
 (read-from "#(1 2") =>! read
 (read-from "#(1 . 2)") =>! read
 (read-from "#u8(1 256)") =>! read
 (read-from "#u8(a)") =>! read
 (read-from "#u8(-1)") =>! read
 (read-from "\"abc") =>! read
 (read-from "\"a\\q\"") =>! read
 (read-from "\"\\x110000;\"") =>! read
 (read-from "\"\\xD800;\"") =>! read
 (read-from "|abc") =>! read
 (read-from "#\\xD800") =>! read
 (read-from "#\\x110000") =>! read
 (read-from "#\\nosuchname") =>! read
 (read-from "#foo") =>! read
 (read-from "'") =>! read
 (read-from "#;") =>! read
 (read-from "(quote . #") =>! read
 (read-from "#u8(1 2)") => #u8(1 2)
 (read-from "#U8(1 2)") => #u8(1 2)
 (read-from "(a . (b))") => (a b)
 (read-from "#true") => #t
 (read-from "#false") => #f
 (read-from "\"a\\x41;b\"") => "aAb"
 (read-from "\"a\\\n   b\"") => "ab"
 (read-from "\"a  \\  \n   b\"") => "a  b"
 (read-from "\"a\\tb\\n\\r\\a\\b\\\"\\\\\"") => "a\tb\n\r\a\b\"\\"
 (read-from "\"a\r\nb\"") => "a\nb"
 (read-from "\"a\nb\"") => "a\nb"
 (read-from "'a") => (quote a)
 (read-from "`(a ,b ,@c)") => (quasiquote (a (unquote b) (unquote-splicing c)))
 (read-from "-") => -
 (read-from "+") => +
 (read-from "...") => ...
 (read-from "1+") => 1+
 (read-from "-1") => -1
 (read-from "+1") => 1
 (read-from "#d1") => 1
 (read-from "(1 .5)") => (1 0.5))

(report)
