;; Calls: a request with a tag, and the reply that carries it. The samples of "Concurrency
;; Oriented Programming in Termite Scheme", section 4.5, and of "An R7RS Compatible Module
;; System for Termite Scheme", section 2.
(import (termite))

(define rpc-server
  (spawn
   (lambda ()
     (let loop ()
       (recv
         ((from tag ('add a b))
          (! from (list tag (+ a b)))))
       (loop)))))

(println
 (let ((tag (make-tag)))
   (! rpc-server (list (self)
                       tag
                       (list 'add 21 21)))
   (recv
     ;; note the reference to tag in
     ;; the current lexical scope
     ((,tag reply) reply))))

;; The same, abstracted.
(println (!? rpc-server (list 'add 21 21)))

(define square-server
  (spawn
   (lambda ()
     (let loop ()
       (recv
         ((from tag ('square x)) ; message pattern
          (! from (list tag (* x x))))
         (msg
          (warning "Ignored message " msg)))
       (loop)))))

(println (!? square-server (list 'square 5)))

;; Requests may be answered out of order, and not at all.
(println (!? rpc-server 'unknown 0.01 'no-reply))
(println (!? square-server (list 'square 6) 10))
