%% See migrate.scm. There are no continuations here: the process starts one with what is
%% left to do.
-module(migrate).
-export([main/0]).

main() -> bench:row("migrate", 100000, fun run/1, arrived).

run(N) ->
    Me = self(),
    spawn(fun() -> travel(N, Me) end),
    receive Result -> Result end.

travel(0, Home) -> Home ! arrived;
travel(N, Home) -> spawn(fun() -> travel(N - 1, Home) end).
