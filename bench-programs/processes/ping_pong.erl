%% See ping-pong.scm.
-module(ping_pong).
-export([main/0]).

main() ->
    Ponger = spawn(fun pong/0),
    [measure(Ponger, Length) || Length <- [0, 10, 20, 50, 100, 200, 500, 1000]].

pong() ->
    receive {From, List} -> From ! List end,
    pong().

measure(Ponger, Length) ->
    Message = lists:seq(1, Length),
    bench:row("ping-pong-" ++ integer_to_list(Length),
              20000000 div (100 + 3 * Length),
              fun(N) -> run(N, Ponger, self(), Message, []) end,
              Length).

run(0, _, _, _, Answer) -> length(Answer);
run(N, Ponger, Me, Message, _) ->
    Ponger ! {Me, Message},
    receive Answer -> run(N - 1, Ponger, Me, Message, Answer) end.
