//! Nodes, and a network, that mean no good.

use crate::pair::{Pair, a, b, failure, message, network, settings, until};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use termite_net::{ConnectError, DownReason, Event, Network, Refusal, Settings};

fn node(change: impl Fn(&mut Settings)) -> (Network, u16) {
    let mut settings = settings(2);
    change(&mut settings);
    let mut node = network(settings);
    let port = node.listen("", 0).unwrap().port();
    (node, port)
}

fn rejected(node: &mut Network) -> ConnectError {
    match until(node, |e| matches!(e, Event::Rejected { .. })) {
        Event::Rejected { why, .. } => why,
        other => panic!("{other:?}"),
    }
}

fn connect(port: u16, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(bytes).unwrap();
    stream
}

const BEGINNING: &[u8] = b"termite\n\0\x01\0\x01\0\0\0\0\0\x30half";

#[test]
fn a_handshake_that_stops() {
    let (mut node, port) = node(|s| s.limits.handshake_time = Duration::from_millis(100));
    for length in (0..BEGINNING.len()).step_by(3) {
        let silent = connect(port, &BEGINNING[..length]);
        let why = rejected(&mut node);
        assert!(matches!(why, ConnectError::TimedOut(_)), "{length}: {why}");
        drop(silent);
    }
}

#[test]
fn a_handshake_cut_off() {
    let (mut node, port) = node(|_| ());
    for length in 0..BEGINNING.len() {
        drop(connect(port, &BEGINNING[..length]));
        let why = rejected(&mut node);
        assert!(matches!(why, ConnectError::Closed(_)), "{length}: {why}");
    }
}

#[test]
fn an_endless_handshake() {
    let (mut node, port) = node(|_| ());
    let mut stream = connect(port, &BEGINNING[..16]);
    stream.write_all(&[0xff; 70_000]).unwrap();
    let why = ConnectError::Malformed("a handshake message over 4,096 bytes");
    assert_eq!(rejected(&mut node), why);
}

#[test]
fn a_listener_that_is_no_node() {
    let stranger = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = stranger.local_addr().unwrap().port();
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = stranger.accept().unwrap();
        stream.write_all(b"220 mail.example ESMTP\r\n").unwrap();
        stream
    });
    let mut a = network(settings(1));
    a.connect("127.0.0.1", port);
    assert_eq!(failure(&mut a), ConnectError::NotTermite);
    drop(thread.join().unwrap());
}

#[test]
fn a_flood_of_handshakes() {
    let (mut node, port) = node(|s| {
        s.limits.handshakes = 8;
        s.limits.handshake_time = Duration::from_millis(300);
    });
    let flood: Vec<TcpStream> = (0..100).map(|_| connect(port, b"term")).collect();
    let mut events = Vec::new();
    while events.len() < 92 {
        node.wait(Some(Duration::from_secs(10)), &mut events);
    }
    let too_many = |e: &Event| {
        matches!(
            e,
            Event::Rejected {
                why: ConnectError::TooMany,
                ..
            }
        )
    };
    assert_eq!(events.iter().filter(|e| too_many(e)).count(), 92);
    // A node that means well is told to come again, and gets in when they are given up.
    let thread = std::thread::spawn(move || {
        until(&mut node, |e| matches!(e, Event::Up { .. }));
        node
    });
    let mut a = network(settings(1));
    let mut events = Vec::new();
    a.connect("127.0.0.1", port);
    while a.connected().is_empty() {
        a.wait(Some(Duration::from_millis(20)), &mut events);
        for event in events.drain(..) {
            if let Event::ConnectFailed { why, .. } = event {
                assert_eq!(why, ConnectError::Refused(Refusal::Busy));
                std::thread::sleep(Duration::from_millis(50));
                a.connect("127.0.0.1", port);
            }
        }
    }
    drop((flood, thread.join().unwrap()));
}

#[test]
fn handshakes_in_quick_succession() {
    let (mut node, port) = node(|s| s.limits.handshake_rate = 2);
    let mut turned_away = 0;
    for _ in 0..40 {
        drop(connect(port, b""));
        turned_away += usize::from(rejected(&mut node) == ConnectError::TooMany);
    }
    assert!((5..=38).contains(&turned_away), "{turned_away}");
}

/// A way between two nodes that can be cut.
struct Proxy {
    port: u16,
    streams: Receiver<[TcpStream; 2]>,
}

impl Proxy {
    fn new(to: u16) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, streams) = channel();
        std::thread::spawn(move || {
            for from in listener.incoming() {
                let from = from.unwrap();
                let to = TcpStream::connect(("127.0.0.1", to)).unwrap();
                let both = || [&from, &to].map(|s| s.try_clone().unwrap());
                let ([a, b], [c, d]) = (both(), both());
                std::thread::spawn(move || copy(a, b));
                std::thread::spawn(move || copy(d, c));
                if sender.send([from, to]).is_err() {
                    return;
                }
            }
        });
        Proxy { port, streams }
    }
}

fn copy(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = [0; 10_000];
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..n]).is_err() {
            return;
        }
    }
}

#[test]
fn a_connection_cut_in_a_message() {
    let proxy = std::cell::OnceCell::new();
    let way = |port| proxy.get_or_init(|| Proxy::new(port)).port;
    let mut pair = Pair::connected_by(|_| (), way);
    pair.a.send(1, b"before").unwrap();
    assert_eq!(pair.message(b, 1), b"before");
    pair.a.send(1, &message(30 << 20)).unwrap();
    pair.run(Duration::from_millis(5));
    let proxy = proxy.get().unwrap();
    for stream in proxy.streams.recv().unwrap() {
        stream.shutdown(Shutdown::Both).unwrap();
    }
    for side in [a, b] {
        let reason = pair.down(side);
        let cut = matches!(reason, DownReason::Closed | DownReason::Broken(_));
        assert!(cut, "{reason}");
    }
    // A new epoch begins where the next message does, not with the rest of the last.
    pair.a.network.connect("127.0.0.1", proxy.port);
    let up = pair.until(a, |e| matches!(e, Event::Up { .. }));
    let Event::Up { epoch, .. } = up else {
        panic!("{up:?}")
    };
    assert_eq!(epoch, pair.a.epoch + 1);
    assert!(pair.a.send(1, b"old epoch").is_err());
    pair.a.epoch = epoch;
    pair.a.send(1, b"after").unwrap();
    assert_eq!(pair.message(b, 1), b"after");
}
