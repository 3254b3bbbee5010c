%% See send-self.scm.
-module(send_self).
-export([main/0]).

main() -> bench:row("send-self", 1000000, fun(N) -> run(N, self(), 0, 0) end, 499999500000).

run(N, _, N, Sum) -> Sum;
run(N, Me, I, Sum) ->
    Me ! I,
    receive Number -> run(N, Me, I + 1, Sum + Number) end.
