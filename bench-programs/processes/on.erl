%% See on.scm. Nothing sends code by itself here: for the code that the other node lacks, a
%% module is sent and loaded first.
-module(on).
-export([main/0]).

-define(COLD, 300).

main() ->
    Peer = bench:await_peer(),
    bench:row("on-warm", 3000, fun(N) -> warm(N, Peer, 0) end, 4501500),
    cold(Peer, modules(100)),
    [sample(Peer) || _ <- lists:seq(1, 3)].

warm(0, _, Sum) -> Sum;
warm(N, Peer, Sum) -> warm(N - 1, Peer, Sum + erpc:call(Peer, adder(N - 1))).

adder(X) -> fun() -> X + 1 end.

sample(Peer) ->
    Modules = modules(?COLD),
    {_, _, Expected} = lists:last(Modules),
    bench:once("on-cold", ?COLD, fun(_) -> cold(Peer, Modules) end, Expected).

cold(Peer, Modules) ->
    lists:last([run(Peer, Name, Code) || {Name, Code, _} <- Modules]).

run(Peer, Name, Code) ->
    {module, Name} = erpc:call(Peer, code, load_binary, [Name, "fresh", Code]),
    erpc:call(Peer, Name, f, [1]).

%% Modules whose code no node has, each with what its function gives for 1.
modules(N) -> [fresh(erlang:unique_integer([positive])) || _ <- lists:seq(1, N)].

fresh(Serial) ->
    Name = list_to_atom("fresh" ++ integer_to_list(Serial)),
    Forms = [{attribute, 1, module, Name},
             {attribute, 2, export, [{f, 1}]},
             {function, 3, f, 1,
              [{clause, 3, [{var, 3, 'X'}], [],
                [{op, 3, '+', {var, 3, 'X'}, {integer, 3, Serial}}]}]}],
    {ok, Name, Code} = compile:forms(Forms),
    {Name, Code, 1 + Serial}.
