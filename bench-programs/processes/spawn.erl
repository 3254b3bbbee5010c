%% See spawn.scm.
-module(spawn).
-export([main/0]).

main() -> bench:row("spawn", 300000, fun run/1, done).

run(N) ->
    chain(N, self()),
    receive Done -> Done end.

chain(0, First) -> First ! done;
chain(N, First) -> spawn(fun() -> chain(N - 1, First) end).
