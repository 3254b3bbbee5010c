;; Processes and messages: the samples of "Concurrency Oriented Programming in Termite
;; Scheme", sections 2.2 and 4.1 to 4.4. What the paper gives as results is printed.
(import (termite))

;; A process sends a message to the one that made it.
(let ((me (self)))
  (spawn
   (lambda ()
     (! me "Hello, world!"))))
(println (?))

;; 4.1: a server. It replies to lists of a process and `ping`.
(define pong-server
  (spawn
   (lambda ()
     (let loop ()
       (let ((msg (?)))
         (if (and (list? msg)
                  (= (length msg) 2)
                  (pid? (car msg))
                  (eq? (cadr msg) 'ping))
             (let ((from (car msg)))
               (! from 'pong)
               (loop))
             (loop)))))))

(! pong-server 'nonsense)
(! pong-server (list (self) 'ping))
(println (?))

;; 4.2: choosing the message.
(! (self) 1)
(! (self) 2)
(! (self) 3)
(println (?))
(println (?? odd?))
(println (?))

;; 4.3: the same server by pattern matching.
(define better-pong-server
  (spawn
   (lambda ()
     (let loop ()
       (recv
         ((from 'ping)          ; pattern to match
          (where (pid? from))   ; constraint
          (! from 'pong)))      ; action
       (loop)))))

(! better-pong-server (list 'nobody 'ping))
(! better-pong-server (list (self) 'ping))
(println (?))

;; 4.4: two ways to wait for no longer than a while; without default, `timeout` is raised.
(define (wait-in-vain)
  (? 0.01))

(define (wait-by-pattern)
  (recv
    (x x)
    (after 0.01 (raise 'timeout))))

(println (catch (lambda (e) (list 'raised e)) (wait-in-vain)))
(println (catch (lambda (e) (list 'raised e)) (wait-by-pattern)))
(println (? 0.01 'nothing))
