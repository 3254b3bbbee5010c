;; The node that programs are called on. It says where it listens, and stays until it is
;; told to end.

(println (node-port (current-node)))
