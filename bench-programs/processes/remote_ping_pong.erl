%% See remote-ping-pong.scm.
-module(remote_ping_pong).
-export([main/0, pong/0]).

main() ->
    Ponger = spawn(bench:await_peer(), ?MODULE, pong, []),
    [measure(Ponger, Length) || Length <- [0, 10, 20, 50, 100, 200, 500, 1000]].

pong() ->
    receive {From, List} -> From ! List end,
    pong().

%% From 0, as there: small numbers take a byte less.
measure(Ponger, Length) ->
    Message = lists:seq(0, Length - 1),
    bench:row("remote-ping-pong-" ++ integer_to_list(Length),
              3000,
              fun(N) -> run(N, Ponger, self(), Message, []) end,
              Length).

run(0, _, _, _, Answer) -> length(Answer);
run(N, Ponger, Me, Message, _) ->
    Ponger ! {Me, Message},
    receive Answer -> run(N - 1, Ponger, Me, Message, Answer) end.
