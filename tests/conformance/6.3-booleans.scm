;;; R7RS 6.3: booleans.
(include "check.inc")
(check
 #t => #t
 #f => #f
 '#f => #f
 (not 3) => #f
 (not (list 3)) => #f
 (not #f) => #t
 (not '()) => #f
 (not (list)) => #f
 (not 'nil) => #f
 (not #t) => #f
 (not 0) => #f
 (boolean? #f) => #t
 (boolean? #t) => #t
 (boolean? 0) => #f
 (boolean? '()) => #f
 (boolean? 'f) => #f
 (boolean=? #t #t) => #t
 (boolean=? #f #f) => #t
 (boolean=? #t #f) => #f
 (boolean=? #t #t #t) => #t
 (boolean=? #f #f #t) => #f
 (boolean=? 1 1) =>! error
 (boolean=? #t 5) =>! error
 (boolean=? #t #f 5) =>! error
 (not) =>! error
 (not 1 2) =>! error
 (if #false 1 2) => 2)
(report)
