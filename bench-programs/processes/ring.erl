%% See ring.scm.
-module(ring).
-export([main/0]).

main() ->
    bench:row("ring-0", 250000, fun(N) -> run(N, 0) end, -249999),
    bench:row("ring-1000000", 250000, fun(N) -> run(N, 1000000) end, -249999).

run(N, Hops) -> drive(make(N, self()), Hops).

make(1, First) -> First;
make(N, First) -> make(N - 1, spawn(fun() -> relay(First) end)).

relay(Next) ->
    receive
        K when K > 0 ->
            Next ! K - 1,
            relay(Next);
        K -> Next ! K - 1
    end.

drive(Next, K) ->
    Next ! K,
    receive
        Received when Received > 0 -> drive(Next, Received - 1);
        Received -> Received
    end.
