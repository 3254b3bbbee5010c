;;; R7RS 6.5: symbols.
(include "check.inc")
(check
 (symbol? 'foo) => #t
 (symbol? (car '(a b))) => #t
 (symbol? "bar") => #f
 (symbol? 'nil) => #t
 (symbol? '()) => #f
 (symbol? #f) => #f
 (symbol? #\a) => #f
 (symbol=? 'a 'a) => #t
 (symbol=? 'a 'b) => #f
 (symbol=? 'a 'a 'a) => #t
 (symbol=? 'a 'a 'b) => #f
 (symbol=? 'a 5) =>! error
 (symbol=? 'a 'b 5) =>! error
 (symbol->string 'flying-fish) => "flying-fish"
 (symbol->string 'Martin) => "Martin"
 (symbol->string (string->symbol "Malvina")) => "Malvina"
 (symbol->string "a") =>! error
 (string->symbol "mISSISSIppi") => mISSISSIppi
 (eqv? 'bitBlt (string->symbol "bitBlt")) => #t
 (eqv? 'LollyPop (string->symbol (symbol->string 'LollyPop))) => #t
 (string=? "K. Harper, M.D." (symbol->string (string->symbol "K. Harper, M.D."))) => #t
 (string->symbol 'a) =>! error
 (eq? (string->symbol "") '||) => #t
 (let* ((s (string #\a #\b)) (y (string->symbol s))) (string-set! s 0 #\x) (symbol->string y)) => "ab"
 (write (string->symbol "two words")) =>output "|two words|"
 (write (string->symbol "")) =>output "||"
 (write (string->symbol "1")) =>output "|1|"
 (write (string->symbol "+1")) =>output "|+1|"
 (write (string->symbol ".")) =>output "|.|"
 (write (string->symbol "a|b")) =>output "|a\\|b|"
 (write (string->symbol "a(b")) =>output "|a(b|"
 (write (string->symbol "#foo")) =>output "|#foo|"
 (write (string->symbol "a#")) =>output "a#"
 (write (string->symbol "+i")) =>output "|+i|"
 (write (string->symbol "-inf.0")) =>output "|-inf.0|"
 (write '+) =>output "+"
 (write '...) =>output "..."
 (write 'Abc) =>output "Abc"
 (write (string->symbol "a\nb")) =>output "|a\\nb|"
 (write (string->symbol "a;b")) =>output "|a;b|"
 (write (string->symbol "a'b")) =>output "|a'b|"
 (write (string->symbol "a\"b")) =>output "|a\"b|"
 (display (string->symbol "two words")) =>output "two words"
 (write 'λ) =>output "λ")
(report)
