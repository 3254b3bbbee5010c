;;; R7RS 6.14: the system interface.
(include "check.inc")
(check
 (list? (command-line)) => #t
 (string? (car (command-line))) => #t
 (get-environment-variable "NO_SUCH_VARIABLE_HERE") => #f
 (string? (get-environment-variable "PATH")) => #t
 (get-environment-variable 'a) =>! error
 (list? (get-environment-variables)) => #t
 (let ((path (assoc "PATH" (get-environment-variables)))) (equal? (cdr path) (get-environment-variable "PATH"))) => #t
 (real? (current-second)) => #t
 (> (current-second) 1600000000) => #t
 (exact-integer? (current-jiffy)) => #t
 (exact-integer? (jiffies-per-second)) => #t
 (positive? (jiffies-per-second)) => #t
 (let* ((a (current-jiffy)) (b (current-jiffy))) (<= a b)) => #t
 (list? (features)) => #t
 (and (memq 'r7rs (features)) #t) => #t
 (and (memq 'exact-closed (features)) #t) => #t
 (file-exists? "/no/such/file") => #f
 (file-exists? "/") => #t
 (procedure? exit) => #t
 (procedure? emergency-exit) => #t)
(report)
