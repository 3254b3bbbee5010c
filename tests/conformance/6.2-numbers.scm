;;; R7RS 6.2: numbers, the parts that every implementation has: integers, rationals and
;;; reals in their simple uses.
(include "check.inc")

;; 6.2.6 Numerical operations: predicates
(check
 (complex? 3) => #t
 (real? 3) => #t
 (real? 1.5) => #t
 (real? -2.5) => #t
 (real? +inf.0) => #t
 (real? +nan.0) => #t
 (rational? -inf.0) => #f
 (rational? 3.5) => #t
 (rational? 6/10) => #t
 (rational? 6/3) => #t
 (rational? +nan.0) => #f
 (integer? 3.0) => #t
 (integer? 8/4) => #t
 (integer? 3.5) => #f
 (integer? "3") => #f
 (number? 'a) => #f
 (number? 5) => #t
 (number? #\5) => #f
 (exact? 3.0) => #f
 (exact? 3) => #t
 (exact? 1/2) => #t
 (inexact? 3.) => #t
 (inexact? 3) => #f
 (exact-integer? 32) => #t
 (exact-integer? 32.0) => #f
 (exact-integer? 32/5) => #f
 (exact-integer? 'a) => #f
 (finite? 3) => #t
 (finite? +inf.0) => #f
 (finite? +nan.0) => #f
 (infinite? 3) => #f
 (infinite? +inf.0) => #t
 (infinite? -inf.0) => #t
 (infinite? +nan.0) => #f
 (nan? +nan.0) => #t
 (nan? 32) => #f
 (nan? +inf.0) => #f
 (exact? 'a) =>! error
 (inexact? "x") =>! error
 (zero? 'a) =>! error
 (nan? 'a) =>! error)

;; Comparison
(check
 (= 1 1) => #t
 (= 1 1.0) => #t
 (= 1 2) => #f
 (= 1 1 1) => #t
 (= 1 1 2) => #f
 (= 1) => #t
 (< 1 2 3) => #t
 (< 1 3 2) => #f
 (< 1 1) => #f
 (> 3 2 1) => #t
 (> 3 1 2) => #f
 (<= 1 1 2) => #t
 (<= 2 1) => #f
 (>= 2 2 1) => #t
 (>= 1 2) => #f
 (< 1/2 2/3) => #t
 (< -1 0.5) => #t
 (= +nan.0 +nan.0) => #f
 (< +nan.0 1) => #f
 (= 0.0 -0.0) => #t
 (< -inf.0 0 +inf.0) => #t
 (= 1/2 0.5) => #t
 (< 1 'a) =>! error
 (= 'a 1) =>! error
 (> "a" "b") =>! error
 (zero? 0) => #t
 (zero? 0.0) => #t
 (zero? -0.0) => #t
 (zero? 1) => #f
 (positive? 1) => #t
 (positive? 0) => #f
 (positive? -1) => #f
 (negative? -1) => #t
 (negative? 0) => #f
 (odd? 3) => #t
 (odd? 2) => #f
 (odd? -1) => #t
 (even? 2) => #t
 (even? 0) => #t
 (even? -3) => #f
 (even? 2.0) => #t
 (even? 1/2) =>! error
 (odd? 1.5) =>! error
 (max 3 4) => 4
 (max 3.9 4) => 4.0
 (max 1) => 1
 (max 1 3 2) => 3
 (min 1 3 2) => 1
 (min 1 2.0) => 1.0
 (min 4) => 4
 (max) =>! error
 (max 'a) =>! error)

;; Arithmetic
(check
 (+ 3 4) => 7
 (+ 3) => 3
 (+) => 0
 (* 4) => 4
 (*) => 1
 (* 2 3 4) => 24
 (- 3 4) => -1
 (- 3 4 5) => -6
 (- 3) => -3
 (/ 3 4 5) => 3/20
 (/ 3) => 1/3
 (/ 6 3) => 2
 (/ 1 2.0) => 0.5
 (+ 1/2 1/3) => 5/6
 (+ 1/2 1/2) => 1
 (+ 1 2.5) => 3.5
 (* 1/2 4) => 2
 (- 1/2 1/2) => 0
 (+ 'a 1) =>! error
 (- "5") =>! error
 (-) =>! error
 (/) =>! error
 (/ 1 0) =>! error
 (abs -7) => 7
 (abs 7) => 7
 (abs -1/2) => 1/2
 (abs -1.5) => 1.5
 (floor/ 5 2) =>values (2 1)
 (floor/ -5 2) =>values (-3 1)
 (floor/ 5 -2) =>values (-3 -1)
 (floor/ -5 -2) =>values (2 -1)
 (truncate/ 5 2) =>values (2 1)
 (truncate/ -5 2) =>values (-2 -1)
 (truncate/ 5 -2) =>values (-2 1)
 (truncate/ -5 -2) =>values (2 -1)
 (truncate/ -5.0 2) =>values (-2.0 -1.0)
 (floor-quotient 5 2) => 2
 (floor-quotient -5 2) => -3
 (floor-remainder 5 -2) => -1
 (floor-remainder -5 2) => 1
 (truncate-quotient -5 2) => -2
 (truncate-remainder -5 2) => -1
 (quotient 17 5) => 3
 (quotient -17 5) => -3
 (remainder 13 4) => 1
 (remainder -13 4) => -1
 (remainder 13 -4) => 1
 (remainder -13 -4) => -1
 (remainder -13 -4.0) => -1.0
 (modulo 13 4) => 1
 (modulo -13 4) => 3
 (modulo 13 -4) => -3
 (modulo -13 -4) => -1
 (quotient 1 0) =>! error
 (modulo 1 0) =>! error
 (remainder 1 0) =>! error
 (floor/ 1 0) =>! error
 (quotient 1.5 1) =>! error
 (gcd 32 -36) => 4
 (gcd) => 0
 (gcd 5) => 5
 (gcd 0 5) => 5
 (lcm 32 -36) => 288
 (lcm 32.0 -36) => 288.0
 (lcm) => 1
 (lcm 0 5) => 0
 (numerator (/ 6 4)) => 3
 (denominator (/ 6 4)) => 2
 (denominator (inexact (/ 6 4))) => 2.0
 (numerator 5) => 5
 (denominator 5) => 1
 (denominator 0) => 1
 (floor -4.3) => -5.0
 (ceiling -4.3) => -4.0
 (truncate -4.3) => -4.0
 (round -4.3) => -4.0
 (floor 3.5) => 3.0
 (ceiling 3.5) => 4.0
 (truncate 3.5) => 3.0
 (round 3.5) => 4.0
 (round 2.5) => 2.0
 (round 7/2) => 4
 (round 5/2) => 2
 (round 7) => 7
 (floor -7/2) => -4
 (ceiling -7/2) => -3
 (truncate -7/2) => -3
 (square 42) => 1764
 (square 2.0) => 4.0
 (square 1/2) => 1/4
 (exact-integer-sqrt 4) =>values (2 0)
 (exact-integer-sqrt 5) =>values (2 1)
 (exact-integer-sqrt 0) =>values (0 0)
 (exact-integer-sqrt -1) =>! error
 (exact-integer-sqrt 1.0) =>! error
 (expt 2 10) => 1024
 (expt 0 0) => 1
 (expt 2 -2) => 1/4
 (expt 2.0 3) => 8.0
 (expt 1/2 2) => 1/4
 (expt 0 5) => 0
 (expt 2 100) => 1267650600228229401496703205376
 (sqrt 9) => 3
 (sqrt 16) => 4
 (sqrt 1/4) => 1/2
 (sqrt 2.25) => 1.5
 (exp 0) => 1
 (log 1) => 0
 (sin 0) => 0
 (cos 0) => 1
 (atan 0.0 1.0) => 0.0
 (asin 0) => 0
 (acos 1) => 0
 (tan 0) => 0
 (log 8.0 2) => 3.0
 (rationalize 3/10 1/10) => 1/3
 (rationalize .3 1/10) => #i1/3
 (exact 2.0) => 2
 (exact 0.5) => 1/2
 (inexact 1/2) => 0.5
 (inexact 3) => 3.0
 (exact 3) => 3
 (exact +nan.0) =>! error
 (exact +inf.0) =>! error
 (real-part 5) => 5
 (imag-part 5) => 0
 (magnitude -5) => 5
 (angle 5) => 0
 (real-part (make-rectangular 1 2)) => 1
 (imag-part (make-rectangular 1 2)) => 2
 (magnitude (make-rectangular 3 4)) => 5
 (make-polar 5 0) => 5)

;; 6.2.7 Numerical input and output
(check
 (number->string 10) => "10"
 (number->string -10) => "-10"
 (number->string 255 16) => "ff"
 (number->string 255 2) => "11111111"
 (number->string 8 8) => "10"
 (number->string 1/3) => "1/3"
 (number->string 1.5) => "1.5"
 (number->string 10 'a) =>! error
 (string->number "100") => 100
 (string->number "100" 16) => 256
 (string->number "1e2") => 100.0
 (string->number "#xff") => 255
 (string->number "ff" 16) => 255
 (string->number "1/2") => 1/2
 (string->number "1.5") => 1.5
 (string->number "-5") => -5
 (string->number "+5") => 5
 (string->number "") => #f
 (string->number "abc") => #f
 (string->number "-") => #f
 (string->number "+") => #f
 (string->number ".") => #f
 (string->number "1/0") => #f
 (string->number "1 2") => #f
 (string->number "#b102") => #f
 (string->number 5) =>! error
 (number->string 'a) =>! error)

(report)
