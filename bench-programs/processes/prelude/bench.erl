%% What the process benchmarks in Erlang share; see ../../README.md. A program is a module
%% with main/0, which `bench:start` runs in a process of its own.
-module(bench).
-export([start/1, row/4, once/4, print/4, size/0, resident_bytes/0, await_peer/0]).

-define(SAMPLES, 3).

start([Module]) ->
    {Pid, Ref} = spawn_monitor(fun() -> Module:main() end),
    receive
        {'DOWN', Ref, process, Pid, normal} -> halt(0);
        {'DOWN', Ref, process, Pid, Why} ->
            io:format(standard_error, "~p~n", [Why]),
            halt(1)
    end.

%% Calls Run(Operations) to warm up and then for each sample, whose microseconds per
%% operation are printed.
row(Row, Operations, Run, Expected) ->
    Run(Operations),
    [once(Row, Operations, Run, Expected) || _ <- lists:seq(1, ?SAMPLES)].

%% One sample, not warmed up.
once(Row, Operations, Run, Expected) ->
    Start = erlang:monotonic_time(nanosecond),
    Result = Run(Operations),
    Stop = erlang:monotonic_time(nanosecond),
    print(Row, (Stop - Start) / 1000 / Operations, Result, Expected).

print(Row, Figure, Result, Expected) when Result =:= Expected ->
    io:format("~s\t~w\tok~n", [Row, Figure]);
print(Row, Figure, Result, Expected) ->
    io:format("~s\t~w\tWRONG got ~p, expected ~p~n", [Row, Figure, Result, Expected]),
    exit(wrong).

%% What the harness varies: processes or operations.
size() -> list_to_integer(os:getenv("BENCH_SIZE")).

%% Resident bytes of this OS process.
resident_bytes() ->
    {ok, File} = file:open("/proc/self/statm", [read, raw, binary]),
    {ok, Line} = file:read(File, 200),
    file:close(File),
    [_, Pages | _] = binary:split(Line, <<" ">>, [global]),
    4096 * binary_to_integer(Pages).

%% The node beside, which the harness has started; waits until it answers.
await_peer() ->
    Peer = list_to_atom(os:getenv("BENCH_PEER")),
    await(Peer, 100).

await(Peer, Tries) when Tries > 0 ->
    case net_adm:ping(Peer) of
        pong -> Peer;
        pang ->
            timer:sleep(50),
            await(Peer, Tries - 1)
    end.
