//! Nodes that mean well.

use crate::pair::{Pair, a, b, failure, message, network, settings, until};
use std::io::ErrorKind;
use std::net::TcpListener;
use std::time::{Duration, Instant};
use termite_net::{ConnectError, DownReason, Event, Farewell, Key, Network, SendError, Settings};

#[test]
fn messages_arrive_both_ways() {
    let mut pair = Pair::connected(|_| ());
    for size in [0, 1, 100, 16 * 1024, 16 * 1024 + 1, 1 << 20] {
        let sent = message(size);
        pair.a.send(7, &sent).unwrap();
        assert!(pair.message(b, 7) == sent, "{size} bytes to b");
        pair.b.send(8, &sent).unwrap();
        assert!(pair.message(a, 8) == sent, "{size} bytes to a");
    }
}

#[test]
fn one_epoch_one_down() {
    let mut pair = Pair::connected(|_| ());
    pair.a.network.disconnect(pair.a.peer, Farewell::Shutdown);
    let (here, there) = (pair.down(a), pair.down(b));
    assert_eq!(here, DownReason::Disconnected(Farewell::Shutdown));
    assert_eq!(there, DownReason::ByPeer(Farewell::Shutdown));
    assert_eq!(pair.a.send(1, b"x"), Err(SendError::NotConnected));
}

#[test]
fn a_node_does_not_connect_to_itself() {
    let mut a = network(settings(1));
    let port = a.listen("", 0).unwrap().port();
    a.connect("localhost", port);
    assert_eq!(failure(&mut a), ConnectError::Itself);
}

#[test]
fn a_wait_ends_by_time_and_by_a_call() {
    let mut a = network(settings(1));
    let mut events = Vec::new();
    a.wait(Some(Duration::from_millis(1)), &mut events);
    let waker = a.waker();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        waker.wake();
    });
    a.wait(None, &mut events);
    thread.join().unwrap();
    assert!(events.is_empty());
}

#[test]
fn attempts_fail_for_a_reason() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let mut a = network(settings(1));
    a.connect("127.0.0.1", port);
    assert_eq!(
        failure(&mut a),
        ConnectError::Io(ErrorKind::ConnectionRefused)
    );
    a.connect("no name at all", 1);
    assert!(matches!(failure(&mut a), ConnectError::Unresolved(_)));
}

#[test]
fn another_secret() {
    let mut a = network(settings(1));
    let mut b = network(Settings {
        secret: Key::from_bytes([8; 32]),
        ..settings(2)
    });
    let port = b.listen("localhost", 0).unwrap().port();
    let thread = std::thread::spawn(move || until(&mut b, |e| matches!(e, Event::Rejected { .. })));
    a.connect("localhost", port);
    assert_eq!(failure(&mut a), ConnectError::WrongSecret);
    let rejected = thread.join().unwrap();
    let wrong = |e| {
        matches!(
            e,
            Event::Rejected {
                why: ConnectError::WrongSecret,
                ..
            }
        )
    };
    assert!(wrong(rejected));
}

#[test]
fn names_of_one_node_are_one_peer() {
    let mut pair = Pair::connected(|_| ());
    let port = pair.port;
    for host in ["localhost", "127.0.0.1", "localhost"] {
        pair.a.network.connect(host, port);
        let reached = pair.until(
            a,
            |e| matches!(e, Event::Reached { host: h, .. } if h == host),
        );
        let Event::Reached { peer, epoch, .. } = reached else {
            panic!("{reached:?}")
        };
        assert_eq!((peer, epoch), (pair.a.peer, pair.a.epoch));
        assert_eq!(pair.a.network.peer_at(host, port), Some((peer, epoch)));
    }
    assert_eq!(pair.a.network.connected(), [(pair.a.peer, pair.a.epoch)]);
}

#[test]
fn both_connect_at_once() {
    for _ in 0..20 {
        let [mut a, mut b] = [1, 2].map(|id| network(settings(id)));
        let [to_a, to_b] = [&mut a, &mut b].map(|n| n.listen("", 0).unwrap().port());
        let go = |mut node: Network, port| {
            std::thread::spawn(move || {
                node.connect("127.0.0.1", port);
                let mut events = Vec::new();
                let start = Instant::now();
                let is_early = || start.elapsed() < Duration::from_millis(100);
                while is_early() || node.connected().is_empty() {
                    node.wait(Some(Duration::from_millis(10)), &mut events);
                    assert!(start.elapsed() < Duration::from_secs(20), "{events:?}");
                }
                events.retain(|e| matches!(e, Event::Down { .. } | Event::ConnectFailed { .. }));
                assert_eq!(events, []);
                node
            })
        };
        let threads = [go(a, to_b), go(b, to_a)];
        // Neither goes before both have looked.
        let nodes = threads.map(|t| t.join().unwrap());
        drop(nodes);
    }
}

#[test]
fn many_messages_in_one_go() {
    let mut pair = Pair::connected(|_| ());
    for i in 0..5_000u32 {
        pair.a.send(u64::from(i % 3), &i.to_be_bytes()).unwrap();
    }
    let mut next = [0, 1, 2];
    for i in 0..5_000 {
        let stream = i % 3;
        let number = pair.message(b, stream as u64);
        assert_eq!(number, u32::to_be_bytes(next[stream]));
        next[stream] += 3;
    }
}

#[test]
fn a_small_message_does_not_wait_for_a_large_one() {
    let mut pair = Pair::connected(|_| ());
    let large = message(20 << 20);
    pair.a.send(1, &large).unwrap();
    pair.a.send(2, b"small").unwrap();
    let first = pair.until(b, |e| matches!(e, Event::Message { .. }));
    assert!(matches!(first, Event::Message { stream: 2, .. }));
    assert!(pair.message(b, 1) == large);
}

#[test]
fn a_peer_that_does_not_read_is_overloaded() {
    let mut pair = Pair::connected(|s| s.limits.queue = 4 << 20);
    let chunk = message(1 << 20);
    while pair.a.send(1, &chunk).is_ok() {}
    assert_eq!(pair.down(a), DownReason::Overloaded);
}

#[test]
fn a_stopped_peer_is_lost_and_learns_of_it() {
    let mut pair = Pair::connected(|s| {
        s.heartbeat = Duration::from_millis(50);
        s.timeout = Duration::from_millis(600);
    });
    pair.run(Duration::from_millis(1_500));
    assert!(
        pair.a
            .events
            .iter()
            .all(|e| !matches!(e, Event::Down { .. }))
    );
    let start = Instant::now();
    let lost = until(&mut pair.a.network, |e| matches!(e, Event::Down { .. }));
    let timeout = |e| {
        matches!(
            e,
            Event::Down {
                reason: DownReason::Timeout,
                ..
            }
        )
    };
    assert!(timeout(lost));
    assert!(start.elapsed() >= Duration::from_millis(400));
    // It wakes up, and is told before it notices.
    assert_eq!(pair.down(b), DownReason::ByPeer(Farewell::Timeout));
}
