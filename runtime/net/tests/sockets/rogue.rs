//! A peer written by hand from docs/TRANSPORT.md: it knows the secret and breaks the rules.
//!
//! That it is let in at all shows that the document is enough to speak the protocol.

use crate::pair::{network, settings, until};
use snow::{Builder, TransportState};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use termite_net::{ConnectError, DownReason, Event, Network, Violation};

const HELLO: &[u8; 16] = b"termite\n\0\x01\0\x01\0\0\0\0";
const INCARNATION: [u8; 16] = [77; 16];

struct Rogue {
    stream: TcpStream,
    noise: TransportState,
}

fn block(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u16).to_be_bytes(), bytes].concat()
}

fn read_block(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut bytes = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn terms() -> Vec<u8> {
    let mut terms = Vec::new();
    terms.extend(5_000u32.to_be_bytes());
    terms.extend(15_000u32.to_be_bytes());
    terms.extend(1_000_000u32.to_be_bytes());
    terms.extend(2_000_000u64.to_be_bytes());
    terms.extend(10u32.to_be_bytes());
    terms.extend(4242u16.to_be_bytes());
    terms.push(7);
    terms.extend(b"example");
    // Of a later version.
    terms.extend(b"and more");
    terms
}

impl Rogue {
    /// On a thread of its own: the node is busy with its part.
    fn connect(port: u16) -> Rogue {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.write_all(HELLO).unwrap();
        let mut theirs = [0; 16];
        stream.read_exact(&mut theirs).unwrap();
        let pattern = "Noise_XXpsk3_25519_ChaChaPoly_BLAKE2s".parse().unwrap();
        let mut noise = Builder::new(pattern)
            .local_private_key(&[5; 32])
            .unwrap()
            .psk(3, &[9; 32])
            .unwrap()
            .prologue(&[*HELLO, theirs].concat())
            .unwrap()
            .build_initiator()
            .unwrap();
        let mut buffer = [0; 4096];
        let n = noise.write_message(&[], &mut buffer).unwrap();
        stream.write_all(&block(&buffer[..n])).unwrap();
        let second = read_block(&mut stream).unwrap();
        let n = noise.read_message(&second, &mut buffer).unwrap();
        assert_eq!(buffer[..n], [2; 16], "the node's incarnation");
        let claim = [&INCARNATION[..], &0u64.to_be_bytes(), &terms()].concat();
        let n = noise.write_message(&claim, &mut buffer).unwrap();
        stream.write_all(&block(&buffer[..n])).unwrap();
        let noise = noise.into_transport_mode().unwrap();
        let mut rogue = Rogue { stream, noise };
        let welcome = rogue.read().unwrap();
        assert_eq!(welcome[0], 0x40);
        assert_eq!(welcome[3..11], 1u64.to_be_bytes(), "the node's first epoch");
        rogue
    }

    fn read(&mut self) -> std::io::Result<Vec<u8>> {
        let record = read_block(&mut self.stream)?;
        let mut plain = vec![0; record.len()];
        let n = self.noise.read_message(&record, &mut plain).unwrap();
        plain.truncate(n);
        Ok(plain)
    }

    /// False when the node has hung up.
    fn write(&mut self, plain: &[u8]) -> bool {
        let mut record = vec![0; plain.len() + 16];
        self.noise.write_message(plain, &mut record).unwrap();
        self.stream.write_all(&block(&record)).is_ok()
    }
}

fn fragment(flags: u8, stream: u64, total: Option<u32>, bytes: &[u8]) -> Vec<u8> {
    let mut item = vec![0x10 | flags];
    item.extend(stream.to_be_bytes());
    item.extend(total.into_iter().flat_map(u32::to_be_bytes));
    item.extend(block(bytes));
    item
}

fn node() -> (Network, u16) {
    let mut settings = settings(2);
    settings.limits.message = 1_000_000;
    settings.limits.reassembly = 2_000_000;
    settings.limits.streams = 10;
    let mut node = network(settings);
    let port = node.listen("", 0).unwrap().port();
    (node, port)
}

/// Lets a rogue act against a node; the node's events until it has hung up.
fn against(act: impl FnOnce(&mut Rogue) + Send + 'static) -> Vec<Event> {
    let (mut node, port) = node();
    let rogue = std::thread::spawn(move || {
        let mut rogue = Rogue::connect(port);
        act(&mut rogue);
        rogue
    });
    let mut events = Vec::new();
    while !matches!(events.last(), Some(Event::Down { .. })) {
        node.wait(Some(Duration::from_secs(10)), &mut events);
    }
    drop(rogue.join().unwrap());
    events
}

fn violation(act: impl FnOnce(&mut Rogue) + Send + 'static) -> Violation {
    match against(act).pop() {
        Some(Event::Down {
            peer: INCARNATION,
            epoch: 1,
            reason: DownReason::Violation(what),
        }) => what,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_document_is_enough() {
    let events = against(|rogue| {
        let two = [fragment(3, 5, None, b"one"), fragment(3, 5, None, b"two")];
        assert!(rogue.write(&two.concat()));
        assert!(rogue.write(&fragment(1, 5, Some(6), b"thr")));
        assert!(rogue.write(&[0x20]));
        assert!(rogue.write(&fragment(2, 5, None, b"ee!")));
        assert!(rogue.write(&[0x30, 2]));
    });
    let Event::Up {
        peer,
        epoch: 1,
        address: Some(address),
    } = &events[0]
    else {
        panic!("{events:?}")
    };
    assert_eq!(
        (*peer, address.host.as_str(), address.port),
        (INCARNATION, "example", 4242)
    );
    let messages = events.iter().filter_map(|e| match e {
        Event::Message {
            stream: 5, bytes, ..
        } => Some(&bytes[..]),
        _ => None,
    });
    assert_eq!(
        messages.collect::<Vec<_>>(),
        [&b"one"[..], b"two", b"three!"]
    );
}

#[test]
fn fragments_without_end() {
    let what = violation(|rogue| {
        rogue.write(&fragment(1, 1, Some(50_000), &[1; 10_000]));
        while rogue.write(&fragment(0, 1, None, &[1; 10_000])) {}
    });
    assert_eq!(what, Violation::FragmentLength);
}

#[test]
fn messages_begun_without_end() {
    let what = violation(|rogue| {
        for stream in 0.. {
            if !rogue.write(&fragment(1, stream, Some(20_000), &[1; 100])) {
                return;
            }
        }
    });
    assert_eq!(what, Violation::Streams);
}

#[test]
fn announcements_without_end() {
    let what = violation(|rogue| {
        for stream in 0..3 {
            rogue.write(&fragment(1, stream, Some(900_000), &[1]));
        }
    });
    assert_eq!(what, Violation::Reassembly);
    let what = violation(|rogue| {
        rogue.write(&fragment(1, 1, Some(u32::MAX), &[1]));
    });
    assert_eq!(what, Violation::MessageLength);
}

#[test]
fn nonsense_under_encryption() {
    let cases: &[&[u8]] = &[
        &[],
        &[0],
        &[0x20, 0xff],
        &[0x40, 0, 0],
        &[0x13, 0, 0, 0],
        &[0x30],
    ];
    for case in cases {
        assert_eq!(
            violation(|rogue| _ = rogue.write(case)),
            Violation::Item,
            "{case:?}"
        );
    }
}

#[test]
fn a_repeated_record() {
    let what = violation(|rogue| {
        let mut record = vec![0; 17];
        rogue.noise.write_message(&[0x20], &mut record).unwrap();
        let twice = [block(&record), block(&record)].concat();
        rogue.stream.write_all(&twice).unwrap();
    });
    assert_eq!(what, Violation::Undecipherable);
}

/// What a node says to raw bytes, and why it hangs up.
fn raw(bytes: &'static [u8]) -> (Vec<u8>, ConnectError) {
    let (mut node, port) = node();
    let stranger = std::thread::spawn(move || {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        match stream.read_to_end(&mut answer) {
            Err(e) if e.kind() != ErrorKind::ConnectionReset => panic!("{e}"),
            _ => answer,
        }
    });
    let rejected = until(&mut node, |e| matches!(e, Event::Rejected { .. }));
    let Event::Rejected { why, .. } = rejected else {
        panic!("{rejected:?}")
    };
    (stranger.join().unwrap(), why)
}

#[test]
fn garbage_gets_no_answer() {
    let (answer, why) = raw(b"GET / HTTP/1.0\r\n\r\n");
    assert_eq!((answer.len(), why), (0, ConnectError::NotTermite));
}

#[test]
fn another_version_is_told_ours() {
    let (answer, why) = raw(b"termite\n\0\x07\0\x09\0\0\0\0");
    assert_eq!(answer[..16], *HELLO);
    assert_eq!(answer[16..], [0, 1, 1], "a refusal");
    let (ours, theirs) = ((1, 1), (7, 9));
    assert_eq!(why, ConnectError::Version { ours, theirs });
}
