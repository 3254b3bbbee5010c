;; The node that the other program uses.
(import (termite))
(node-init node2)
