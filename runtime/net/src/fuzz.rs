//! What a fuzzer runs: each function takes bytes and panics when something is wrong.
//!
//! A stranger's bytes meet the handshake as they are; a peer's are what stands under the
//! encryption, so that a fuzzer need not break it.

use crate::connection::{Connection, Event, Role};
use crate::error::Violation;
use crate::inbox::{Inbox, InboxLimits};
use crate::item::{self, Fragment, Item, MAX_FRAGMENT, MAX_PLAIN, Position};
use crate::outbox::{Outbox, Window};
use crate::settings::{Key, Limits, Settings};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Small, so that they are met.
const LIMITS: InboxLimits = InboxLimits {
    message: 60_000,
    reassembly: 100_000,
    streams: 3,
};

/// The length announced and what has come of it, by stream.
type Model = HashMap<u64, (u32, Vec<u8>)>;
type Reassembled = Result<Option<Vec<u8>>, Violation>;

/// The first byte chooses one of the others.
pub fn transport(data: &[u8]) {
    if let Some((choice, data)) = data.split_first() {
        match choice % 4 {
            0 => stranger(data),
            1 => tampered(data),
            2 => items(data),
            _ => queue(data),
        }
    }
}

fn connection(role: Role, id: u8) -> Connection {
    let key = |n| Key([n; 32]);
    let settings = Settings {
        incarnation: [id; 16],
        static_key: key(id),
        secret: key(0),
        heartbeat: Duration::from_secs(5),
        timeout: Duration::from_secs(15),
        limits: Limits::default(),
    };
    Connection::new(role, Arc::new(settings), 0)
}

/// Feeds bytes, and lets in who is identified; whether all went well.
fn feed(to: &mut Connection, mut bytes: &[u8]) -> bool {
    loop {
        match to.advance(&mut bytes, 0) {
            Ok(Some(Event::Identified(identity))) => {
                if to.proceed(&identity, 1, None).is_err() {
                    return false;
                }
            }
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(end) => {
                to.finish(&end);
                return false;
            }
        }
    }
}

fn output(from: &mut Connection) -> Vec<u8> {
    let bytes = from.output(0).map_or(Vec::new(), <[u8]>::to_vec);
    from.written(bytes.len());
    bytes
}

/// Whoever does not have the secret does not get in, and it does not matter how the bytes
/// are divided.
pub fn stranger(data: &[u8]) {
    for role in [Role::Initiator, Role::Responder] {
        let mut whole = connection(role, 1);
        let accepted = feed(&mut whole, data);
        let mut divided = connection(role, 1);
        let chunks = data.chunks(1 + data.len() % 7);
        let mut pieces = chunks.map(|piece| feed(&mut divided, piece));
        assert_eq!(pieces.all(|went_well| went_well), accepted);
        assert!(!whole.is_open() && !divided.is_open());
        assert!(output(&mut whole).len() < 4096);
    }
}

/// A genuine handshake with bytes altered on the way, as (place, change) of three bytes.
/// Neither side takes the other for what it is not.
pub fn tampered(data: &[u8]) {
    let changes = data.chunks_exact(3);
    let changes: HashMap<usize, u8> = changes
        .map(|c| (usize::from(c[0]) << 8 | usize::from(c[1]), c[2]))
        .map(|(place, change)| (place % 600, change))
        .collect();
    let mut sides = [
        connection(Role::Initiator, 1),
        connection(Role::Responder, 2),
    ];
    let (mut place, mut altered) = (0, false);
    for turn in 0..8 {
        let mut bytes = output(&mut sides[turn % 2]);
        for byte in &mut bytes {
            let change = changes.get(&place).copied().unwrap_or(0);
            *byte ^= change;
            altered |= change != 0;
            place += 1;
        }
        feed(&mut sides[1 - turn % 2], &bytes);
    }
    // The initiator is the one who hears last.
    assert_eq!(sides[0].is_open(), !altered);
}

/// A record's plaintext: what is read is written the same; reassembly gives what a simple
/// model gives, and keeps to its limits.
pub fn items(data: &[u8]) {
    let mut inbox = Inbox::new(LIMITS);
    let mut model = Model::new();
    let mut rest = data;
    while !rest.is_empty() {
        let Ok((item, after)) = item::read(rest) else {
            return;
        };
        let mut again = Vec::new();
        item::write(item, &mut again);
        assert_eq!(again, rest[..rest.len() - after.len()]);
        rest = after;
        if let Item::Fragment(fragment) = item {
            let message = inbox.fragment(fragment);
            assert!(inbox.held() <= LIMITS.reassembly);
            let expected = simple_reassembly(&mut model, fragment);
            if let Err(violation) = message {
                return explain(violation, expected, &model);
            }
            assert_eq!(message, expected);
            assert_eq!(inbox.streams(), model.len());
        }
    }
}

/// A violation is the model's too, or one of a limit; with either the connection is over.
/// A fragment may offend twice, so it need not be the same.
fn explain(violation: Violation, expected: Reassembled, model: &Model) {
    if expected.is_err() {
        return;
    }
    let totals = || model.values().map(|(total, _)| *total as usize);
    match violation {
        Violation::Streams => assert!(model.len() > LIMITS.streams),
        Violation::Reassembly => assert!(totals().sum::<usize>() > LIMITS.reassembly),
        Violation::MessageLength => assert!(totals().any(|total| total > LIMITS.message)),
        other => panic!("a sound fragment is refused: {other}"),
    }
}

/// Reassembly without limits.
fn simple_reassembly(model: &mut Model, fragment: Fragment) -> Reassembled {
    let Fragment {
        stream,
        position,
        bytes,
    } = fragment;
    let begun = model.remove(&stream);
    match (position, begun) {
        (Position::Whole, None) => Ok(Some(bytes.to_vec())),
        (Position::First { total }, None) => {
            model.insert(stream, (total, bytes.to_vec()));
            is_part(total, bytes, bytes.len())
        }
        (Position::Middle, Some((total, mut all))) => {
            all.extend(bytes);
            let length = all.len();
            model.insert(stream, (total, all));
            is_part(total, bytes, length)
        }
        (Position::Last, Some((total, mut all))) => {
            all.extend(bytes);
            let fits = all.len() == total as usize;
            fits.then_some(Some(all)).ok_or(Violation::FragmentLength)
        }
        _ => Err(Violation::FragmentOrder),
    }
}

fn is_part(total: u32, bytes: &[u8], length: usize) -> Reassembled {
    let sound = !bytes.is_empty() && length < total as usize;
    sound.then_some(None).ok_or(Violation::FragmentLength)
}

/// Messages by stream and length, three bytes each, through a queue and reassembly with
/// the same limits: all arrive, in order within a stream, and no limit is met. Records are
/// filled after every so many of them.
pub fn queue(data: &[u8]) {
    let window = Window {
        streams: LIMITS.streams,
        bytes: LIMITS.reassembly,
    };
    let (mut outbox, mut inbox) = (Outbox::default(), Inbox::new(LIMITS));
    let mut sent: HashMap<u64, Vec<(usize, u8)>> = HashMap::new();
    let mut arrived = sent.clone();
    for (number, message) in data.chunks_exact(3).enumerate() {
        let stream = u64::from(message[0] % 8);
        let length = usize::from(u16::from_be_bytes([message[1], message[2]]));
        let length = length.min(LIMITS.message);
        sent.entry(stream).or_default().push((length, number as u8));
        outbox.push(stream, vec![number as u8; length]);
        if message[0] >= 0x80 {
            transfer(&mut outbox, &mut inbox, window, &mut arrived);
        }
    }
    while !outbox.is_empty() {
        transfer(&mut outbox, &mut inbox, window, &mut arrived);
    }
    assert_eq!((outbox.queued(), inbox.held()), (0, 0));
    // An empty message carries no number.
    for messages in sent.values_mut() {
        let empty = messages.iter_mut().filter(|(length, _)| *length == 0);
        empty.for_each(|message| message.1 = 0);
    }
    assert_eq!(sent, arrived);
}

/// One record.
fn transfer(
    outbox: &mut Outbox,
    inbox: &mut Inbox,
    window: Window,
    arrived: &mut HashMap<u64, Vec<(usize, u8)>>,
) {
    let mut plain = Vec::new();
    outbox.fill(&mut plain, MAX_PLAIN, window);
    assert!(!plain.is_empty() && plain.len() <= MAX_PLAIN);
    let mut rest = &plain[..];
    while !rest.is_empty() {
        let Ok((Item::Fragment(fragment), after)) = item::read(rest) else {
            panic!("the queue made something else");
        };
        assert!(fragment.bytes.len() <= MAX_FRAGMENT);
        rest = after;
        match inbox.fragment(fragment) {
            Ok(None) => {}
            Ok(Some(message)) => {
                let number = message.first().copied().unwrap_or(0);
                assert!(message.iter().all(|byte| *byte == number));
                let of_stream = arrived.entry(fragment.stream).or_default();
                of_stream.push((message.len(), number));
            }
            Err(violation) => panic!("the queue breaks the rules: {violation}"),
        }
    }
}
