//! Nodes as values, connections, and messages to services of other nodes.

use super::{block, plain};
use crate::node::Node;
use crate::prim::{Body, Cx, ErrorKind, Flow, Outcome, PrimError, Primitive, Raise};
use termite_abi::{Arity, Effect, Kind, PrimInfo, Value};
use termite_heap::symbols::is_symbol;
use termite_heap::{is_kind, string_to_rust};

pub(super) fn rows() -> Vec<Primitive> {
    let mut rows = nodes();
    rows.extend(connections());
    rows.extend(services());
    rows.extend(code());
    rows
}

fn nodes() -> Vec<Primitive> {
    vec![
        plain!(
            "%make-node",
            MakeNode,
            Arity::exactly(2),
            Leaf,
            |cx, args| {
                if !is_kind(args[0], Kind::String) {
                    return Err(PrimError::wrong_type(1, "a host name", args[0]));
                }
                let port = args[1].is_fixnum().then(|| args[1].as_fixnum());
                let Some(port) = port.and_then(|p| u16::try_from(p).ok()) else {
                    return Err(PrimError::wrong_type(
                        2,
                        "a port number below 65536",
                        args[1],
                    ));
                };
                let host = string_to_rust(args[0]);
                match cx.node.dist.nodes.at(&host, port) {
                    Some(index) => Ok(Value::node(index)),
                    None => Err(PrimError::new(ErrorKind::Error, "too many nodes are known")),
                }
            },
            "`(%make-node host port)` is the node at an address. It does not connect yet."
        ),
        plain!(
            "%node?",
            IsNode,
            Arity::exactly(1),
            Pure,
            |_, args| Ok(Value::bool(args[0].as_node().is_some())),
            "`(%node? x)` tells whether the value is a node."
        ),
        plain!(
            "%node-host",
            NodeHost,
            Arity::exactly(1),
            Alloc,
            |cx, args| {
                let address = address(cx.node, args)?;
                Ok(match address {
                    Some((host, _)) => cx.heap().string(&host),
                    None => Value::FALSE,
                })
            },
            "`(%node-host node)` is the host of a node, or `#f` when it is not known."
        ),
        plain!(
            "%node-port",
            NodePort,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                let address = address(cx.node, args)?;
                Ok(address.map_or(Value::FALSE, |(_, port)| Value::fixnum(i64::from(port))))
            },
            "`(%node-port node)` is the port of a node, or `#f` when it is not known."
        ),
        plain!(
            "%current-node",
            CurrentNode,
            Arity::exactly(0),
            Leaf,
            |cx, _| Ok(cx.node.own_node()),
            "`(%current-node)` is this node."
        ),
        plain!(
            "%pid-node",
            PidNode,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                if args[0].as_pid().is_none() {
                    return Err(PrimError::wrong_type(1, "a process", args[0]));
                }
                let incarnation = cx.node.wire_identity(args[0]).incarnation;
                match cx.node.dist.nodes.of(incarnation, None) {
                    Some(index) => Ok(Value::node(index)),
                    None => Err(PrimError::new(ErrorKind::Error, "too many nodes are known")),
                }
            },
            "`(%pid-node pid)` is the node that made the process."
        ),
    ]
}

fn connections() -> Vec<Primitive> {
    vec![
        block!(
            "%node-init",
            Arity::exactly(1),
            |cx, args| node_init(cx.node, args),
            "Listens at a node's address: #t, or a string that says why not. Port 0 takes a free one."
        ),
        plain!(
            "%listening?",
            IsListening,
            Arity::exactly(0),
            Leaf,
            |cx, _| Ok(Value::bool(cx.node.dist.listening)),
            "Whether this node listens."
        ),
        plain!(
            "%node-state",
            NodeState,
            Arity::exactly(2),
            Alloc,
            |cx, args| node_state(cx.node, args),
            "node, first?: #t when it is connected, #f while a connection is being made (which this sees to), a string that says why the attempt failed. With first?, an earlier failure does not count."
        ),
        block!(
            "%node-wait",
            Arity::exactly(1),
            |cx, args| {
                cx.node.wait_for_connection();
                super::processes::wait(cx.node, args[0])
            },
            "Waits as %mailbox-wait does, and until a connection has been made or has failed."
        ),
        plain!(
            "%connected-nodes",
            ConnectedNodes,
            Arity::exactly(0),
            Alloc,
            |cx, _| {
                let nodes = cx.node.connected_nodes();
                Ok(cx.heap().list(&nodes))
            },
            "`(%connected-nodes)` is a list of the nodes that are connected."
        ),
        plain!(
            "%disconnect",
            Disconnect,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                let index = node(args, 0)?;
                cx.node.disconnect(index);
                Ok(Value::VOID)
            },
            "`(%disconnect node)` ends the connection with a node. What its processes were linked with or monitored by sees them as lost."
        ),
        plain!(
            "%monitor-node",
            MonitorNode,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                let index = node(args, 0)?;
                cx.node.monitor_node(index);
                Ok(Value::VOID)
            },
            "`(%monitor-node node)` has the running process told, by messages, when connections with the node come and go."
        ),
    ]
}

fn services() -> Vec<Primitive> {
    vec![
        plain!(
            "%send-service",
            SendService,
            Arity::exactly(3),
            Alloc,
            |cx, args| {
                let index = node(args, 0)?;
                name(args)?;
                cx.node.send_named(index, args[1], args[2])?;
                Ok(Value::VOID)
            },
            "node, name, message: sends to the process that is published there when the message arrives."
        ),
        plain!(
            "%call-start-service",
            CallStartService,
            Arity::exactly(2),
            Alloc,
            |cx, args| {
                let index = node(args, 0)?;
                name(args)?;
                let tag = cx.node.open_call();
                if cx.node.dist.nodes.is_own(index) {
                    match cx.node.service(args[1]) {
                        Some(pid) => {
                            let on = cx.node.pid_value(pid);
                            cx.node.monitor(on, tag);
                        }
                        None => cx.node.no_service(tag),
                    }
                } else {
                    cx.node.monitor_service(index, args[1], tag);
                }
                Ok(tag)
            },
            "node, name: opens a call of a service, as %call-start does of a process."
        ),
    ]
}

fn code() -> Vec<Primitive> {
    vec![
        plain!(
            "%code-statistics",
            CodeStatistics,
            Arity::exactly(0),
            Alloc,
            |cx, _| {
                let rows = cx.node.code.statistics();
                let rows: Vec<Value> = rows
                    .into_iter()
                    .map(|(name, counts)| {
                        let name = cx.node.heap.string(&name);
                        let counts = counts.map(|n| Value::fixnum(n as i64));
                        let counts = cx.node.heap.list(&counts);
                        cx.node.heap.pair(name, counts)
                    })
                    .collect();
                Ok(cx.heap().list(&rows))
            },
            "A list for each loaded unit: its name, its control points, those that have machine code, those that the interpreter has run."
        ),
        plain!(
            "%units-fetched",
            UnitsFetched,
            Arity::exactly(0),
            Leaf,
            |cx, _| Ok(Value::fixnum(cx.node.units_fetched() as i64)),
            "How many units peers have brought."
        ),
        plain!(
            "%traffic",
            ReadTraffic,
            Arity::exactly(0),
            Alloc,
            |cx, _| {
                let traffic = cx.node.traffic;
                let sent = Value::fixnum(traffic.bytes_sent as i64);
                let received = Value::fixnum(traffic.bytes_received as i64);
                Ok(cx.node.heap.pair(sent, received))
            },
            "A pair of the bytes of frames sent to other nodes and received from them."
        ),
    ]
}

fn node(args: &[Value], i: usize) -> Result<u32, Raise> {
    args[i]
        .as_node()
        .ok_or_else(|| PrimError::wrong_type(i + 1, "a node", args[i]))
}

fn address(cx: &Node, args: &[Value]) -> Result<Option<(String, u16)>, Raise> {
    let index = node(args, 0)?;
    Ok(cx.dist.nodes.get(index).and_then(|e| e.address.clone()))
}

fn name(args: &[Value]) -> Result<(), Raise> {
    if is_symbol(args[1]) {
        Ok(())
    } else {
        Err(PrimError::wrong_type(2, "a symbol", args[1]))
    }
}

fn node_init(node: &mut Node, args: &[Value]) -> Result<Flow, Raise> {
    let Some((host, port)) = address(node, args)? else {
        return Err(PrimError::wrong_type(1, "a node with an address", args[0]));
    };
    let Some(mut reactor) = node.reactor.take() else {
        return Err(PrimError::new(
            ErrorKind::Error,
            "this program has no network",
        ));
    };
    let result = reactor.listen(node, &host, port);
    node.reactor = Some(reactor);
    Ok(Flow::Value(match result {
        Ok(port) => {
            node.dist.nodes.set_own(&host, port);
            node.dist.listening = true;
            Value::TRUE
        }
        Err(why) => node.heap.string(&why),
    }))
}

fn node_state(cx: &mut Node, args: &[Value]) -> Outcome {
    let index = node(args, 0)?;
    if cx.dist.nodes.is_own(index) || cx.connected_as(index).is_some() {
        return Ok(Value::TRUE);
    }
    let failure = cx.failure(index);
    if let Some(why) = failure.filter(|_| args[1] == Value::FALSE) {
        return Ok(cx.heap.string(&why));
    }
    if !cx.is_dialing(index) {
        let Some((host, port)) = address(cx, args)? else {
            return Ok(cx.heap.string("its address is not known"));
        };
        cx.dial(&host, port, None);
    }
    Ok(Value::FALSE)
}
