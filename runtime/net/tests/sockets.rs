//! Networks on real sockets of loopback.

mod common;

use common::{Pair, a, b, message, network, settings, until};
use std::time::Duration;
use termite_net::{ConnectError, DownReason, Event, Farewell, SendError};

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
    let failed = until(&mut a, |e| matches!(e, Event::ConnectFailed { .. }));
    let Event::ConnectFailed { why, .. } = failed else {
        unreachable!()
    };
    assert_eq!(why, ConnectError::Itself);
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
