;; Process cloning and dynamic code update by continuations: the samples of "Concurrency
;; Oriented Programming in Termite Scheme", section 4.9.
(import (termite))

;; A clone goes on from where the original was.
(define (start-counter)
  (spawn
   (lambda ()
     (let loop ((count 0))
       (recv
         ((from tag 'clone)
          (call/cc
           (lambda (clone)
             (! from (list tag (lambda ()
                                 (clone #t)))))))
         ((from tag 'count)
          (! from (list tag count))))
       (loop (+ count 1))))))

(define original (start-counter))

(println (!? original 'count))
(println (!? original 'count))

(define clone (spawn (!? original 'clone)))

(println (!? clone 'count))
(println (!? original 'count))
(println (!? clone 'count))

;; A server that takes over the continuation of another is that other from then on.
(define server
  (spawn
   (lambda ()
     (let loop ()
       (recv
         (('update k)
          (k #t))

         ((from tag 'ping)
          (! from (list tag 'gnop)))) ; bug
       (loop)))))

(define new-server
  (spawn
   (lambda ()
     (let loop ()
       (recv
         (('update k)
          (k #t))

         ((from tag 'clone)
          (call/cc
           (lambda (k)
             (! from (list tag k)))))

         ((from tag 'ping)
          (! from (list tag 'pong)))) ; fixed
       (loop)))))

(println (!? server 'ping))
(! server (list 'update (!? new-server 'clone)))
(println (!? server 'ping))
