;; Exceptions, in one process and along links: the samples of "Concurrency Oriented
;; Programming in Termite Scheme", section 4.7. Its `raise` is that of (termite
;; exceptions), which goes on when the handler returns.
(import (termite) (termite exceptions))

(println
 (list
  (with-exception-catcher
   (lambda (exception) exception)
   (lambda ()
     (raise 42) ; this will not return
     123))))

(println
 (list
  (with-exception-handler
   (lambda (exception) exception)
   (lambda ()
     (raise 42) ; control will resume here
     123))))

;; An exception in a process that is not linked with this one does not concern it; it is
;; reported on the error port. Here the process says nothing instead.
(println
 (catch
  (lambda (exception) #t)
  (spawn (lambda () (catch (lambda (e) 'unseen) (raise 'error))))
  (? 0.1 'ok)
  #f))

;; In one that is linked, it is raised here when the next message is retrieved.
(println
 (catch
  (lambda (exception) #t)
  (spawn-link (lambda () (raise 'error)))
  (? 1 'ok)
  #f))

(println
 (catch
  termite-exception-object
  (spawn-link (lambda () (raise 'error)))
  (? 1 'ok)))
