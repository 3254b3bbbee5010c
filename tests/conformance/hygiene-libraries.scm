;;; R7RS 4.3 and 5.6: macros that cross libraries. Each case is one that is known to break
;;; systems.
(include "check.inc")

;; Exported macros that refer to unexported helpers, variables and other macros.
(define-library (hygiene counter)
  (export next! current define-counter)
  (import (scheme base))
  (begin
    (define count 0)
    (define (bump! n) (set! count (+ count n)))
    (define-syntax add! (syntax-rules () ((_ n) (bump! n))))
    (define-syntax next! (syntax-rules () ((_) (begin (add! 1) count)) ((_ n) (begin (add! n) count))))
    (define-syntax current (syntax-rules () ((_) count)))
    (define-syntax define-counter
      (syntax-rules ()
        ((_ name) (begin (define state 0) (define (name) (set! state (+ state 1)) state)))))))

;; A library whose macro uses a macro of another one, under a new name.
(define-library (hygiene twice)
  (export twice-next! my-if unless2)
  (import (rename (scheme base) (if scheme-if) (begin do-all))
          (prefix (hygiene counter) c:))
  (begin
    (define-syntax twice-next! (syntax-rules () ((_) (do-all (c:next!) (c:next!)))))
    (define-syntax my-if (syntax-rules (then else) ((_ c then a else b) (scheme-if c a b))))
    (define-syntax unless2 (syntax-rules () ((_ c e ...) (my-if c then #f else (do-all e ...)))))))

;; Mutually recursive and recursive macros of a library, imported under other names.
(define-library (hygiene parity)
  (export even-count? odd-count? my-or my-list*)
  (import (scheme base))
  (begin
    (define-syntax even-count? (syntax-rules () ((_) #t) ((_ x y ...) (odd-count? y ...))))
    (define-syntax odd-count? (syntax-rules () ((_) #f) ((_ x y ...) (even-count? y ...))))
    (define-syntax my-or
      (syntax-rules () ((_) #f) ((_ e) e) ((_ e r ...) (let ((t e)) (if t t (my-or r ...))))))
    (define-syntax my-list* (syntax-rules () ((_ e) e) ((_ e r ...) (cons e (my-list* r ...)))))))

;; Two libraries whose macros introduce definitions of the same name.
(define-library (hygiene left)
  (export define-left)
  (import (scheme base))
  (begin
    (define-syntax define-left
      (syntax-rules () ((_ get) (begin (define hidden 'left) (define (get) hidden)))))))
(define-library (hygiene right)
  (export define-right)
  (import (scheme base))
  (begin
    (define-syntax define-right
      (syntax-rules () ((_ get) (begin (define hidden 'right) (define (get) hidden)))))))

;; Macros that define macros, with nested escapes, exported.
(define-library (hygiene makers)
  (export define-lister define-constant-macro define-alias my-let-syntax)
  (import (scheme base))
  (begin
    (define (tagged tag items) (cons tag items))
    (define-syntax define-lister
      (syntax-rules ()
        ((_ name tag)
         (define-syntax name
           (syntax-rules () ((_ item (... ...)) (tagged 'tag (list item (... ...)))))))))
    (define-syntax define-constant-macro
      (syntax-rules () ((_ name value) (begin (define stored value) (define-syntax name (syntax-rules () ((_) stored)))))))
    (define-syntax define-alias
      (syntax-rules () ((_ new old) (define-syntax new (syntax-rules () ((_ . args) (old . args)))))))
    (define-syntax my-let-syntax
      (syntax-rules ()
        ((_ ((name result)) body) (let-syntax ((name (syntax-rules () ((_) result)))) body))))))

;; A literal that a library exports as an auxiliary keyword.
(define-library (hygiene literals)
  (export for in from-to)
  (import (scheme base))
  (begin
    (define-syntax in (syntax-rules ()))
    (define-syntax from-to (syntax-rules ()))
    (define-syntax for
      (syntax-rules (in from-to)
        ((_ x in l body) (map (lambda (x) body) l))
        ((_ x from-to a b body) (do ((x a (+ x 1)) (r '() (cons body r))) ((> x b) (reverse r))))
        ((_ other ...) 'no-literal)))))

(define-library (hygiene records)
  (export define-thing thing-count)
  (import (scheme base))
  (begin
    (define n 0)
    (define (count-thing!) (set! n (+ n 1)))
    (define (thing-count) n)
    (define-syntax define-thing
      (syntax-rules ()
        ((_ make get)
         (begin
           (define-record-type thing (make-it value) thing? (value get))
           (define (make x) (count-thing!) (make-it x))))))))

(import (hygiene counter)
        (hygiene twice)
        (prefix (rename (hygiene parity) (even-count? even?*)) p:)
        (hygiene left)
        (hygiene right)
        (hygiene makers)
        (rename (hygiene literals) (in among))
        (hygiene records))

(define count 'mine)
(define (bump! n) 'mine)
(define hidden 'mine)
(define tagged 'mine)
(define stored 'mine)
(define n 'mine)
(define-left get-left)
(define-right get-right)
(define-counter tick)
(define-counter tock)
(define-lister things thing)
(define-constant-macro forty-two 42)
(define-constant-macro forty-three 43)
(define-alias my-quote quote)
(define-alias my-lambda lambda)
(define-thing make-apple apple-value)
(define-thing make-pear pear-value)

(check
 (next!) => 1
 (next! 10) => 11
 (let ((bump! #f) (set! #f) (begin list) (+ -)) (next!)) => 12
 (current) => 12
 count => mine
 (let ((count 5)) (current)) => 12
 (twice-next!) => 14
 (let ((c:next! #f)) (twice-next!)) => 16
 (my-if #t then 1 else 2) => 1
 (let ((if list)) (my-if #f then 1 else 2)) => 2
 (let ((scheme-if list)) (my-if #f then 1 else 2)) => 2
 (unless2 #f 1 2) => 2
 (unless2 #t 1 2) => #f
 (p:even?* a b c d) => #t
 (p:even?* a b c) => #f
 (p:odd-count? a) => #t
 (let ((t 5)) (p:my-or #f t)) => 5
 (let ((if #f) (let #f) (t 7)) (p:my-or #f #f t)) => 7
 (p:my-list* 1 2 '(3 4)) => (1 2 3 4)
 (let ((cons list)) (p:my-list* 1 2 '(3))) => (1 2 3)
 (list (get-left) (get-right) hidden) => (left right mine)
 (list (tick) (tick) (tock)) => (1 2 1)
 (things 1 2 3) => (thing 1 2 3)
 (let ((list vector) (tagged #f)) (things 1 2)) => (thing 1 2)
 (list (forty-two) (forty-three) stored) => (42 43 mine)
 (my-quote (a b)) => (a b)
 ((my-lambda (x) (* x 2)) 4) => 8
 (my-let-syntax ((five 5)) (five)) => 5
 (my-let-syntax ((five (let ((x 1)) x))) (let ((x 2)) (five))) => 1
 (for x among '(1 2 3) (* x x)) => (1 4 9)
 (for x from-to 1 3 (* x 10)) => (10 20 30)
 (for x in '(1 2 3) x) =>! syntax
 (let ((among 1)) (for x among '(1) x)) =>! syntax
 (let ((from-to 1)) (for x from-to 1 3)) => no-literal
 (list (apple-value (make-apple 1)) (pear-value (make-pear 2)) (thing-count) n) => (1 2 2 mine)
 (apple-value (make-pear 1)) =>! error
 (eval 'bump! (environment '(hygiene counter))) =>! error
 (eval '(next! 4) (environment '(hygiene counter))) => 20
 (eval '(z:next!) (environment '(prefix (hygiene counter) z:))) => 21)

;; `=>` and `else` bound at the place of use are variables there.
(define-library (hygiene rebound)
  (export my-case classify)
  (import (scheme base))
  (begin
    (define-syntax my-case
      (syntax-rules (else =>)
        ((_ e (else => f)) (f e))
        ((_ e (else x)) x)
        ((_ e (d => f) clause ...) (if (eqv? e 'd) (f e) (my-case e clause ...)))
        ((_ e (d x) clause ...) (if (eqv? e 'd) x (my-case e clause ...)))
        ((_ e) 'none)))
    (define-syntax classify
      (syntax-rules () ((_ e) (cond ((assv e '((1 . one) (2 . two))) => cdr) (else 'many)))))))
(import (hygiene rebound))
(check
 (my-case 1 (1 => list) (else 2)) => (1)
 (my-case 3 (1 => list) (else 2)) => 2
 (my-case 3 (1 2) (else => list)) => (3)
 (let ((else 1)) (my-case 3 (1 2) (else 5))) => none
 (classify 1) => one
 (classify 5) => many
 (let ((else #f)) (classify 5)) => many
 (let ((=> #f)) (classify 2)) => two
 (let ((else #f) (=> #f) (cdr car) (assv assq) (cond list)) (classify 2)) => two
 (let ((=> 0)) (cond (#t => 'ok))) => ok
 (let ((else #f)) (cond (#f 1) (else 2) (#t 3))) => 3
 (let ((else #t)) (case 5 ((1) 2) (else 3))) =>! syntax
 (let ((else 2) (=> 1)) `(,else ,=>)) => (2 1)
 (let ((... 2)) (let-syntax ((m (syntax-rules () ((_ a ...) 'fixed)))) (m 1 2))) => fixed
 (let ((_ 5)) _) => 5
 (let ((quote list)) '1) => (1)
 (let ((unquote 1)) `(unquote x)) => (unquote x))

;; Scope of `let-syntax`, and keywords that definitions introduce.
(define-syntax outer-macro (syntax-rules () ((_) 'outer)))
(let-syntax ((local-macro (syntax-rules () ((_ name) (define name 'defined-inside)))))
  (local-macro defined-by-let-syntax))
(define-syntax define-shared
  (syntax-rules ()
    ((_ set get)
     (begin (define cell 0) (define-syntax set (syntax-rules () ((_ v) (set! cell v)))) (define (get) cell)))))
(define-shared put-a! get-a)
(define-shared put-b! get-b)
(put-a! 1)
(put-b! 2)
(define-syntax capture-test (syntax-rules () ((_ id) (let ((it 'macro)) (list it id)))))
(define it 'toplevel)
(define-syntax three-levels
  (syntax-rules ()
    ((_ a)
     (let-syntax ((two (syntax-rules () ((_ b) (let-syntax ((one (syntax-rules () ((_ c) (list a b c))))) (one 3))))))
       (two 2)))))
(define-syntax my-do
  (syntax-rules (times)
    ((_ n times body ...) (let loop ((i 0)) (when (< i n) body ... (loop (+ i 1)))))))
(check
 defined-by-let-syntax => defined-inside
 (local-macro x) =>! syntax
 (let-syntax ((outer-macro (syntax-rules () ((_) 'inner)))) (outer-macro)) => inner
 (outer-macro) => outer
 (list (get-a) (get-b)) => (1 2)
 (capture-test it) => (macro toplevel)
 (let ((it 'local)) (capture-test it)) => (macro local)
 (three-levels 1) => (1 2 3)
 (let ((x 'a)) (three-levels x)) => (a 2 3)
 (let ((i 100) (n 0)) (my-do 3 times (set! n (+ n i))) n) => 300
 (let ((loop 1) (n 0)) (my-do 3 times (set! n (+ n loop))) n) => 3
 (let ((times 1)) (my-do 3 times 1)) =>! syntax
 (let () (define-syntax a (syntax-rules () ((_ x) (define x 1)))) (a y) (let () (a z) (+ y z))) => 2
 (let ((x 1)) (define-syntax m (syntax-rules () ((_ y) (let ((x 2)) (list x y))))) (m x)) => (2 1)
 (let loop ((i 0)) (define-syntax done (syntax-rules () ((_) i))) (if (< i 5) (loop (+ i 1)) (done))) => 5)
(report)
