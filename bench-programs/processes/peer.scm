;; The node that the programs of two nodes use.

(node-init (make-node "localhost" (setting "BENCH_PEER")))
(?)
