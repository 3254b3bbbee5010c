//! One connection without IO: the handshake and its failures, lanes, limits, keys.

use std::sync::Arc;
use std::time::Duration;
use termite_net::connection::{Connection, End, Event, Identity, Role, Unsent};
use termite_net::{
    ConnectError, DownReason, Farewell, Key, Refusal, SendError, Settings, Violation,
};

const SECOND: u64 = 1_000_000_000;

fn settings(id: u8) -> Settings {
    Settings::new([id; 16], Key::from_bytes([1; 32])).unwrap()
}

fn connection(role: Role, settings: Settings) -> Connection {
    Connection::new(role, Arc::new(settings), 0)
}

/// All output of a connection, as far as it goes.
fn drain(from: &mut Connection) -> Vec<u8> {
    let mut all = Vec::new();
    loop {
        let output = from.output(0).unwrap().to_vec();
        if output.is_empty() {
            return all;
        }
        from.written(output.len());
        all.extend(output);
    }
}

/// Feeds bytes; who is identified is let in.
fn feed(to: &mut Connection, bytes: &[u8]) -> Result<Vec<Event>, End> {
    let mut input = bytes;
    let mut events = Vec::new();
    while let Some(event) = to.advance(&mut input, 0)? {
        if let Event::Identified(identity) = &event {
            to.proceed(identity, 7, None)?;
        }
        events.push(event);
    }
    Ok(events)
}

struct Pair {
    a: Connection,
    b: Connection,
}

impl Pair {
    fn new(a: Settings, b: Settings) -> Pair {
        Pair {
            a: connection(Role::Initiator, a),
            b: connection(Role::Responder, b),
        }
    }

    fn open(change: impl Fn(&mut Settings)) -> Pair {
        let [a, b] = [1, 2].map(|id| {
            let mut settings = settings(id);
            change(&mut settings);
            settings
        });
        let mut pair = Pair::new(a, b);
        pair.shake().unwrap();
        assert!(pair.a.is_open() && pair.b.is_open());
        pair
    }

    fn shake(&mut self) -> Result<Vec<Event>, End> {
        let mut events = Vec::new();
        loop {
            let forth = drain(&mut self.a);
            events.extend(feed(&mut self.b, &forth)?);
            let back = drain(&mut self.b);
            events.extend(feed(&mut self.a, &back)?);
            if forth.is_empty() && back.is_empty() {
                return Ok(events);
            }
        }
    }

    /// What arrives at b, by stream, with the lengths.
    fn deliver(&mut self) -> Vec<(u64, usize)> {
        let bytes = drain(&mut self.a);
        messages(feed(&mut self.b, &bytes).unwrap())
    }
}

fn messages(events: Vec<Event>) -> Vec<(u64, usize)> {
    let message = |event| match event {
        Event::Message { stream, bytes } => (stream, bytes.len()),
        other => panic!("{other:?}"),
    };
    events.into_iter().map(message).collect()
}

fn identity(event: &Event) -> Option<&Identity> {
    match event {
        Event::Identified(identity) => Some(identity),
        _ => None,
    }
}

#[test]
fn a_handshake_tells_who_is_there() {
    let mut pair = Pair::new(settings(1), settings(2));
    let events = pair.shake().unwrap();
    let found: Vec<&Identity> = events.iter().filter_map(identity).collect();
    let incarnations: Vec<u8> = found.iter().map(|i| i.incarnation[0]).collect();
    assert_eq!(incarnations, [2, 1]);
    assert!(found[0].claim.is_none());
    assert_eq!(found[1].claim.as_ref().unwrap().last_epoch, 7);
    assert!(matches!(
        events.last(),
        Some(Event::Welcomed { epoch: 7, .. })
    ));
}

#[test]
fn byte_by_byte_is_the_same() {
    let mut pair = Pair::new(settings(1), settings(2));
    for _ in 0..4 {
        for byte in drain(&mut pair.a) {
            feed(&mut pair.b, &[byte]).unwrap();
        }
        for byte in drain(&mut pair.b) {
            feed(&mut pair.a, &[byte]).unwrap();
        }
    }
    pair.a.send(1, &[5; 40_000], 0).unwrap();
    let bytes = drain(&mut pair.a);
    let events = bytes.iter().flat_map(|b| feed(&mut pair.b, &[*b]).unwrap());
    assert_eq!(messages(events.collect()), [(1, 40_000)]);
}

#[test]
fn another_secret_is_found_out_on_both_sides() {
    let other = Settings {
        secret: Key::from_bytes([2; 32]),
        ..settings(2)
    };
    let mut pair = Pair::new(settings(1), other);
    let end = pair.shake().unwrap_err();
    assert_eq!(end, End::Handshake(ConnectError::WrongSecret));
    pair.b.finish(&end);
    let refusal = drain(&mut pair.b);
    let told = feed(&mut pair.a, &refusal).unwrap_err();
    assert_eq!(told, End::Handshake(ConnectError::WrongSecret));
}

#[test]
fn strangers_are_told_from_versions() {
    let hello = |lowest: u16, highest: u16| {
        let [a, b] = [lowest, highest].map(u16::to_be_bytes);
        [b"termite\n", &a[..], &b[..], &[0; 4]].concat()
    };
    let version = ConnectError::Version {
        ours: (1, 1),
        theirs: (2, 9),
    };
    let cases: &[(Vec<u8>, ConnectError)] = &[
        (b"GET / HTTP/1.1\r\n".to_vec(), ConnectError::NotTermite),
        (b"\x16\x03\x01".to_vec(), ConnectError::NotTermite),
        (b"termitx".to_vec(), ConnectError::NotTermite),
        (hello(2, 9), version),
        (
            [hello(1, 3), vec![0x10, 0x01]].concat(),
            ConnectError::Malformed("a handshake message over 4,096 bytes"),
        ),
        (
            [hello(1, 3), vec![0, 0]].concat(),
            ConnectError::Malformed("a message of impossible length"),
        ),
        (
            [hello(1, 3), vec![0, 40], vec![3; 40]].concat(),
            ConnectError::Malformed("a handshake that cannot be deciphered"),
        ),
        (vec![0, 1, 3], ConnectError::Refused(Refusal::Busy)),
    ];
    for (bytes, expected) in cases {
        let mut b = connection(Role::Responder, settings(2));
        let end = feed(&mut b, bytes).unwrap_err();
        assert_eq!(end, End::Handshake(expected.clone()), "{bytes:?}");
    }
}

#[test]
fn hellos_cannot_be_altered() {
    let mut pair = Pair::new(settings(1), settings(2));
    let mut hello = drain(&mut pair.a);
    hello[15] ^= 1;
    feed(&mut pair.b, &hello).unwrap();
    let end = pair.shake().unwrap_err();
    assert!(matches!(end, End::Handshake(ConnectError::Malformed(_))));
}

#[test]
fn a_handshake_that_stops_is_given_up() {
    // After so many exchanges one side is silent.
    for exchanges in 0..3 {
        let mut pair = Pair::new(settings(1), settings(2));
        for _ in 0..exchanges {
            let forth = drain(&mut pair.a);
            feed(&mut pair.b, &forth[..forth.len().min(40)]).unwrap();
            let back = drain(&mut pair.b);
            feed(&mut pair.a, &back).unwrap();
        }
        let b = &mut pair.b;
        assert_eq!(b.deadline(), 10 * SECOND);
        assert_eq!(b.tick(10 * SECOND - 1), Ok(()));
        let end = b.tick(10 * SECOND).unwrap_err();
        assert!(matches!(end, End::Handshake(ConnectError::TimedOut(_))));
    }
}

#[test]
fn altered_records_are_refused() {
    for position in [0, 2, 20] {
        let mut pair = Pair::open(|_| ());
        pair.a.send(1, b"hello", 0).unwrap();
        let mut bytes = drain(&mut pair.a);
        bytes[position] ^= 0x80;
        // A length that was altered waits for bytes that belong to later records.
        bytes.extend([0; 65_000]);
        let end = feed(&mut pair.b, &bytes).unwrap_err();
        let undecipherable = DownReason::Violation(Violation::Undecipherable);
        assert_eq!(end, End::Down(undecipherable), "at {position}");
    }
}

#[test]
fn a_record_is_good_once() {
    let mut pair = Pair::open(|_| ());
    pair.a.send(1, b"pay", 0).unwrap();
    let bytes = drain(&mut pair.a);
    assert_eq!(messages(feed(&mut pair.b, &bytes).unwrap()), [(1, 3)]);
    assert!(feed(&mut pair.b, &bytes).is_err());
}

#[test]
fn a_small_message_overtakes_a_large_one() {
    let mut pair = Pair::open(|_| ());
    pair.a.send(1, &vec![1; 10 << 20], 0).unwrap();
    // Something of it is on its way already.
    let begun = pair.a.output(0).unwrap().to_vec();
    pair.a.written(begun.len());
    pair.a.send(2, b"small", 0).unwrap();
    let next = pair.a.output(0).unwrap().to_vec();
    pair.a.written(next.len());
    assert_eq!(feed(&mut pair.b, &begun), Ok(vec![]));
    assert_eq!(messages(feed(&mut pair.b, &next).unwrap()), [(2, 5)]);
    assert_eq!(pair.deliver(), [(1, 10 << 20)]);
}

#[test]
fn streams_take_turns_and_keep_their_order() {
    let mut pair = Pair::open(|_| ());
    for (stream, length) in [(1, 100_000), (1, 1), (2, 50_000), (2, 2), (3, 20), (3, 30)] {
        pair.a.send(stream, &vec![0; length], 0).unwrap();
    }
    let expected = [(3, 20), (3, 30), (2, 50_000), (2, 2), (1, 100_000), (1, 1)];
    assert_eq!(pair.deliver(), expected);
}

#[test]
fn small_messages_share_a_record() {
    let mut pair = Pair::open(|_| ());
    // While the first waits for the socket, the others gather.
    (0..1000).for_each(|i| pair.a.send(i, b"tiny", 0).unwrap());
    let bytes = drain(&mut pair.a);
    assert!(bytes.len() < 1000 * 15 + 3 * 18, "{}", bytes.len());
    assert_eq!(messages(feed(&mut pair.b, &bytes).unwrap()).len(), 1000);
}

#[test]
fn heartbeats_go_first_and_are_enough() {
    let mut pair = Pair::open(|_| ());
    pair.a.send(1, &vec![0; 1 << 20], 0).unwrap();
    pair.a.tick(5 * SECOND).unwrap();
    let first = pair.a.output(0).unwrap().to_vec();
    let length = usize::from(u16::from_be_bytes([first[0], first[1]]));
    let mut input = &first[..2 + length];
    pair.b.advance(&mut input, 14 * SECOND).unwrap();
    assert_eq!(pair.b.tick(28 * SECOND), Ok(()));
    let end = pair.b.tick(29 * SECOND).unwrap_err();
    assert_eq!(end, End::Down(DownReason::Timeout));
}

#[test]
fn too_long_is_refused_and_too_much_is_a_loss() {
    let mut pair = Pair::open(|s| {
        s.limits.message = 100_000;
        s.limits.queue = 250_000;
    });
    let limit = 100_000;
    let too_long = Unsent::Refused(SendError::TooLong { limit });
    assert_eq!(pair.a.send(1, &vec![0; limit + 1], 0), Err(too_long));
    assert_eq!(pair.a.send(1, &vec![0; limit], 0), Ok(()));
    assert_eq!(pair.a.send(1, &vec![0; limit], 0), Ok(()));
    let lost = Unsent::Lost(DownReason::Overloaded);
    assert_eq!(pair.a.send(2, &vec![0; limit], 0), Err(lost));
    // Empty messages count too.
    let sent = (0..10_000).find_map(|i| pair.a.send(i, &[], 0).err());
    assert_eq!(sent, Some(Unsent::Lost(DownReason::Overloaded)));
}

#[test]
fn a_sender_keeps_to_the_receivers_reassembly() {
    let mut pair = Pair::open(|s| {
        s.limits.message = 100_000;
        s.limits.reassembly = 250_000;
        s.limits.streams = 3;
    });
    let lengths = [100_000, 17_000, 90_000, 80_000, 70_000, 20_000, 100_000];
    for (stream, length) in lengths.into_iter().enumerate() {
        pair.a.send(stream as u64, &vec![0; length], 0).unwrap();
    }
    let mut arrived = pair.deliver();
    arrived.sort();
    let expected = lengths.into_iter().enumerate();
    let expected: Vec<(u64, usize)> = expected.map(|(s, l)| (s as u64, l)).collect();
    assert_eq!(arrived, expected);
}

#[test]
fn keys_change_on_the_way() {
    let mut pair = Pair::open(|_| ());
    for i in 0..(1 << 16) + 1000 {
        pair.a.send(i, b"x", 0).unwrap();
        let bytes = drain(&mut pair.a);
        assert_eq!(feed(&mut pair.b, &bytes).unwrap().len(), 1, "record {i}");
    }
}

#[test]
fn farewells_arrive() {
    let mut pair = Pair::open(|_| ());
    let end = End::Down(DownReason::Disconnected(Farewell::Shutdown));
    pair.a.finish(&end);
    let bytes = drain(&mut pair.a);
    let told = feed(&mut pair.b, &bytes).unwrap_err();
    assert_eq!(told, End::Down(DownReason::ByPeer(Farewell::Shutdown)));
    assert_eq!(
        pair.a.send(1, b"late", 0),
        Err(Unsent::Refused(SendError::NotConnected))
    );
}

#[test]
fn impossible_settings_are_refused() {
    let heartbeat = Settings {
        timeout: Duration::from_secs(5),
        ..settings(1)
    };
    let mut reassembly = settings(1);
    reassembly.limits.reassembly = 1;
    assert!(settings(1).check().is_ok());
    assert!(heartbeat.check().is_err());
    assert!(reassembly.check().is_err());
}
