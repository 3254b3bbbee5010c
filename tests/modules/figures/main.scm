;; Figures 4 and 5, and what Figure 6 shows of them: qualified names, several versions in
;; one program, what is loaded first.
(import (gitlab.com/zoo cats @2.0)
        (prefix github.com/fred/hello@1.5 new:)
        (prefix (only (github.com/fred/hello @1.0) hi) old:)
        (prefix (github.com/fred hello@1.0) same:))

(main)
(new:hi "lion")
(define (show-name p) (write (procedure-name p)) (newline))
(for-each show-name (list main old:hi new:hi))
(write (list (eq? old:hi same:hi) (eq? old:hi new:hi)))
(newline)
(write new:hi)
(newline)
