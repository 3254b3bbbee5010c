%% See call.scm. The reference is made in the function that waits for it, so that the
%% compiler can mark the place in the mailbox.
-module(call).
-export([main/0]).

-define(CALLS, 200000).

main() ->
    Server = spawn(fun serve/0),
    run(?CALLS, Server, 0),
    [sample(Server) || _ <- lists:seq(1, 5)].

serve() ->
    receive {From, Tag, Message} -> From ! {Tag, Message} end,
    serve().

sample(Server) ->
    Size = bench:size(),
    Run = fun(N) -> run(N, Server, 0) end,
    bench:once("call-0", ?CALLS, Run, ?CALLS),
    [self() ! I || I <- lists:seq(1, Size)],
    bench:once("call-" ++ integer_to_list(Size), ?CALLS, Run, ?CALLS),
    [receive _ -> drained end || _ <- lists:seq(1, Size)].

run(0, _, Sum) -> Sum;
run(N, Server, Sum) ->
    Tag = make_ref(),
    Server ! {self(), Tag, 1},
    receive {Tag, Reply} -> run(N - 1, Server, Sum + Reply) end.
