%% See idle.scm.
-module(idle).
-export([main/0]).

main() ->
    make(1000, self()) ! 0,
    receive _ -> warm end,
    measure(bench:size()).

measure(N) ->
    Before = bench:resident_bytes(),
    Start = erlang:monotonic_time(nanosecond),
    Chain = make(N, self()),
    Stop = erlang:monotonic_time(nanosecond),
    After = bench:resident_bytes(),
    bench:print(row("idle-bytes"), round((After - Before) / N), true, true),
    Chain ! 0,
    Counted = receive Number -> Number end,
    bench:print(row("alive"), (Stop - Start) / 1000 / N, Counted, N).

make(0, First) -> First;
make(N, First) -> make(N - 1, spawn(fun() -> wait_then_count(First) end)).

wait_then_count(Next) ->
    receive Number -> Next ! Number + 1 end.

row(Name) -> Name ++ "-" ++ integer_to_list(bench:size()).
