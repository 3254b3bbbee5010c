;; Nothing is relative to a script.
(import (.. b))
