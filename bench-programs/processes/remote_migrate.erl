%% See remote-migrate.scm. There are no continuations here: the process starts one on the
%% other node with what is left to do.
-module(remote_migrate).
-export([main/0]).

main() ->
    Peer = bench:await_peer(),
    bench:row("remote-migrate", 2000, fun(N) -> run(N, Peer) end, true).

run(N, Peer) ->
    Home = node(),
    Me = self(),
    spawn(fun() -> travel(N, Peer, Home, Me) end),
    receive Result -> Result end.

travel(0, _, Home, First) -> First ! Home =:= node();
travel(N, Peer, Home, First) ->
    spawn(Peer, fun() ->
        spawn(Home, fun() -> travel(N - 1, Peer, Home, First) end)
    end).
