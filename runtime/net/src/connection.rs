//! One connection, without IO: bytes and time go in, events and bytes come out.
//!
//! States: *shaking* (handshake) -> *awaiting* (the initiator has sent the third message
//! and waits for the Welcome) -> *open* -> *over*. A connection that is over takes no more
//! input; what it still has to say (a refusal, a farewell) stands in its output, to be
//! written as far as that goes before the socket is closed.
//!
//! The clock is the caller's, in nanoseconds from any start, and never goes back.

use crate::cipher::Cipher;
use crate::error::{ConnectError, DownReason, Farewell, Refusal, SendError, Violation};
use crate::handshake::{Handshake, MAX_MESSAGE, Step, encode_claim};
use crate::inbox::{Inbox, InboxLimits};
use crate::item::{self, Fragment, Item, MAX_FRAGMENT, MAX_PLAIN, Position, TAG};
use crate::outbox::{Outbox, Window};
use crate::settings::{Address, Settings, nanoseconds};
use crate::terms::HELLO;
use std::sync::Arc;

pub use crate::handshake::{Claim, Identity, Role};
pub use crate::terms::Terms;

/// Ciphertext is made ahead of the socket only while less than this is waiting for it:
/// what is encrypted can no longer be overtaken.
const OUTPUT_LOW: usize = 48 * 1024;
/// A refusal: a message of one byte, the code.
const REFUSAL: usize = 3;
/// A peer that asks for more heartbeats than this does not get them, in nanoseconds.
const SHORTEST_HEARTBEAT: u64 = 5_000_000;

#[derive(PartialEq, Eq, Debug)]
pub enum Event {
    /// The other side is known. The connection waits for `proceed` or `refuse`.
    Identified(Identity),
    /// The handshake is over, for the initiator: the responder's epoch and terms.
    Welcomed {
        epoch: u64,
        terms: Terms,
    },
    Message {
        stream: u64,
        bytes: Vec<u8>,
    },
}

/// How a connection ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    /// Before it was established.
    Handshake(ConnectError),
    /// After.
    Down(DownReason),
}

impl From<ConnectError> for End {
    fn from(e: ConnectError) -> End {
        End::Handshake(e)
    }
}

impl From<Violation> for End {
    fn from(v: Violation) -> End {
        End::Down(DownReason::Violation(v))
    }
}

pub struct Connection {
    settings: Arc<Settings>,
    role: Role,
    phase: Phase,
    /// A hello, handshake message or record of which only a part has come.
    partial: Vec<u8>,
    /// The last record's plaintext, and how far its items are done.
    plain: Vec<u8>,
    done: usize,
    scratch: Vec<u8>,
    output: Output,
    began: u64,
    heard: u64,
    spoke: u64,
}

enum Phase {
    Shaking(Handshake),
    Awaiting(Cipher),
    Open(Box<Open>),
    Over,
}

struct Open {
    cipher: Cipher,
    outbox: Outbox,
    inbox: Inbox,
    window: Window,
    /// The longest message that the peer and the queue take.
    longest: usize,
    /// Nanoseconds between heartbeats of ours.
    heartbeat: u64,
}

#[derive(Default)]
struct Output {
    bytes: Vec<u8>,
    written: usize,
}

impl Output {
    fn waiting(&self) -> usize {
        self.bytes.len() - self.written
    }

    /// Where to append, with what was written removed.
    fn tail(&mut self) -> &mut Vec<u8> {
        self.bytes.drain(..self.written);
        self.written = 0;
        &mut self.bytes
    }
}

impl Connection {
    pub fn new(role: Role, settings: Arc<Settings>, now: u64) -> Connection {
        let mut output = Output::default();
        let handshake = Handshake::new(role, &mut output.bytes);
        Connection {
            settings,
            role,
            phase: Phase::Shaking(handshake),
            partial: Vec::new(),
            plain: Vec::new(),
            done: 0,
            scratch: Vec::new(),
            output,
            began: now,
            heard: now,
            spoke: now,
        }
    }

    pub fn role(&self) -> Role {
        self.role
    }

    pub fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open(_))
    }

    /// Consumes input up to the next event, or all of it.
    pub fn advance(&mut self, input: &mut &[u8], now: u64) -> Result<Option<Event>, End> {
        loop {
            if let Some(event) = self.next_item()? {
                return Ok(Some(event));
            }
            let Some(unit) = self.next_unit(input)? else {
                return Ok(None);
            };
            let event = match unit {
                Unit::Direct(bytes) => self.unit(bytes, now),
                Unit::Gathered => {
                    let bytes = std::mem::take(&mut self.partial);
                    let event = self.unit(&bytes, now);
                    self.partial = bytes;
                    self.partial.clear();
                    event
                }
            }?;
            if event.is_some() {
                return Ok(event);
            }
        }
    }

    /// The next hello, message or record, as a whole: from the input where it stands, or
    /// gathered in `partial` when it came in pieces.
    fn next_unit<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Unit<'a>>, End> {
        while !input.is_empty() {
            if matches!(self.phase, Phase::Over) {
                *input = &[];
                break;
            }
            let known = if self.partial.is_empty() {
                *input
            } else {
                &self.partial[..]
            };
            let length = self.unit_length(known)?;
            let missing = length - self.partial.len();
            if self.partial.is_empty() && input.len() >= length && length > 2 {
                let (unit, rest) = input.split_at(length);
                *input = rest;
                return Ok(Some(Unit::Direct(unit)));
            }
            let (piece, rest) = input.split_at(missing.min(input.len()));
            self.partial.extend(piece);
            *input = rest;
            if self.unit_length(&self.partial)? == self.partial.len() && self.partial.len() > 2 {
                return Ok(Some(Unit::Gathered));
            }
        }
        Ok(None)
    }

    /// How long the unit that begins so is, with its head; when that cannot be known yet,
    /// how long the head is.
    fn unit_length(&self, known: &[u8]) -> Result<usize, End> {
        if matches!(&self.phase, Phase::Shaking(h) if h.awaits_hello()) {
            // A responder that is too busy for a hello says so. No hello begins with 0.
            if known.first() == Some(&0) {
                return Ok(REFUSAL);
            }
            // A stranger that will never send so much is found out by its first bytes.
            let length = known.len().min(crate::terms::MAGIC.len());
            if known[..length] != crate::terms::MAGIC[..length] {
                return Err(ConnectError::NotTermite.into());
            }
            return Ok(HELLO);
        }
        let &[high, low, ..] = known else {
            return Ok(2);
        };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let shortest = match self.phase {
            Phase::Open(_) => TAG,
            Phase::Shaking(_) | Phase::Awaiting(_) | Phase::Over => 1,
        };
        if length < shortest {
            Err(self.malformed("a message of impossible length", Violation::RecordLength))
        } else if matches!(self.phase, Phase::Shaking(_)) && length > MAX_MESSAGE {
            Err(ConnectError::Malformed("a handshake message over 4,096 bytes").into())
        } else {
            Ok(2 + length)
        }
    }

    fn malformed(&self, in_handshake: &'static str, later: Violation) -> End {
        if self.is_open() {
            later.into()
        } else {
            ConnectError::Malformed(in_handshake).into()
        }
    }

    fn unit(&mut self, unit: &[u8], now: u64) -> Result<Option<Event>, End> {
        self.heard = now;
        match &mut self.phase {
            Phase::Shaking(handshake) => {
                let out = self.output.tail();
                if let Some(hello) = unit.first_chunk().filter(|_| handshake.awaits_hello()) {
                    handshake.hello(hello, &self.settings, out)?;
                    return Ok(None);
                }
                match handshake.message(&unit[2..], &self.settings, out)? {
                    Step::More => Ok(None),
                    Step::Identified(identity) => Ok(Some(Event::Identified(identity))),
                }
            }
            Phase::Awaiting(cipher) => {
                if let &[code] = &unit[2..] {
                    return Err(match Refusal::from_code(code) {
                        Refusal::Secret => ConnectError::WrongSecret,
                        other => ConnectError::Refused(other),
                    }
                    .into());
                }
                self.done = 0;
                let opened = cipher.open(&unit[2..], &mut self.plain);
                opened.map_err(|_| ConnectError::WrongSecret)?;
                self.welcome().map(Some)
            }
            Phase::Open(open) => {
                self.done = 0;
                open.cipher.open(&unit[2..], &mut self.plain)?;
                if self.plain.is_empty() {
                    return Err(Violation::Item.into());
                }
                Ok(None)
            }
            Phase::Over => Ok(None),
        }
    }

    /// The first item of the responder's first record, which ends the handshake.
    fn welcome(&mut self) -> Result<Event, End> {
        let malformed = || ConnectError::Malformed("no welcome");
        let (item, rest) = item::read(&self.plain).map_err(|_| malformed())?;
        let Item::Welcome(bytes) = item else {
            return Err(malformed().into());
        };
        let (epoch, terms) = bytes.split_first_chunk().ok_or_else(malformed)?;
        let event = Event::Welcomed {
            epoch: u64::from_be_bytes(*epoch),
            terms: Terms::decode(terms)?,
        };
        self.done = self.plain.len() - rest.len();
        if let (Event::Welcomed { terms, .. }, Phase::Awaiting(cipher)) =
            (&event, std::mem::replace(&mut self.phase, Phase::Over))
        {
            self.phase = Phase::Open(Box::new(Open::new(cipher, &self.settings, terms)));
        }
        Ok(event)
    }

    /// Takes items from the last record until one is an event.
    fn next_item(&mut self) -> Result<Option<Event>, End> {
        let Phase::Open(open) = &mut self.phase else {
            return Ok(None);
        };
        while self.done < self.plain.len() {
            let (item, rest) = item::read(&self.plain[self.done..])?;
            self.done = self.plain.len() - rest.len();
            match item {
                Item::Heartbeat => {}
                Item::Farewell(code) => {
                    let why = Farewell::from_code(code);
                    return Err(End::Down(DownReason::ByPeer(why)));
                }
                Item::Welcome(_) => return Err(Violation::Item.into()),
                Item::Fragment(fragment) => {
                    let stream = fragment.stream;
                    if let Some(bytes) = open.inbox.fragment(fragment)? {
                        return Ok(Some(Event::Message { stream, bytes }));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Goes on after `Identified`: an initiator claims its place and waits; a responder,
    /// which has given the connection `epoch`, says so and is open.
    pub fn proceed(
        &mut self,
        identity: &Identity,
        epoch: u64,
        address: Option<&Address>,
    ) -> Result<(), End> {
        let Phase::Shaking(handshake) = std::mem::replace(&mut self.phase, Phase::Over) else {
            return Ok(());
        };
        let terms = Terms::of(&self.settings, address);
        let out = self.output.tail();
        match &identity.claim {
            None => {
                let claim = Claim {
                    last_epoch: epoch,
                    terms,
                };
                let cipher = handshake.finish(&encode_claim(&self.settings, &claim), out)?;
                self.phase = Phase::Awaiting(cipher);
            }
            Some(theirs) => {
                let mut cipher = handshake.finish(&[], out)?;
                let mut welcome = epoch.to_be_bytes().to_vec();
                terms.encode(&mut welcome);
                self.scratch.clear();
                item::write(Item::Welcome(&welcome), &mut self.scratch);
                cipher.seal(&self.scratch, out)?;
                self.phase =
                    Phase::Open(Box::new(Open::new(cipher, &self.settings, &theirs.terms)));
            }
        }
        Ok(())
    }

    /// Queues a message, or encrypts it at once when nothing is before it.
    pub fn send(&mut self, stream: u64, message: &[u8], now: u64) -> Result<(), Unsent> {
        let idle = self.output.waiting() == 0;
        let Phase::Open(open) = &mut self.phase else {
            return Err(Unsent::Refused(SendError::NotConnected));
        };
        open.check(message.len(), self.settings.limits.queue)?;
        if !(idle && open.outbox.is_empty() && message.len() <= MAX_FRAGMENT) {
            open.outbox.push(stream, message.to_vec());
            return Ok(());
        }
        self.scratch.clear();
        let fragment = Fragment {
            stream,
            position: Position::Whole,
            bytes: message,
        };
        item::write(Item::Fragment(fragment), &mut self.scratch);
        self.spoke = now;
        let sealed = open.cipher.seal(&self.scratch, self.output.tail());
        sealed.map_err(|v| Unsent::Lost(DownReason::Violation(v)))
    }

    /// As `send`, for a message that need not be copied.
    pub fn send_owned(&mut self, stream: u64, message: Vec<u8>, now: u64) -> Result<(), Unsent> {
        match &mut self.phase {
            Phase::Open(open) if message.len() > MAX_FRAGMENT => {
                open.check(message.len(), self.settings.limits.queue)?;
                open.outbox.push(stream, message);
                Ok(())
            }
            _ => self.send(stream, &message, now),
        }
    }

    /// Bytes for the socket; empty when there is nothing to write.
    pub fn output(&mut self, now: u64) -> Result<&[u8], End> {
        if let Phase::Open(open) = &mut self.phase {
            while self.output.waiting() < OUTPUT_LOW && !open.outbox.is_empty() {
                self.scratch.clear();
                open.outbox.fill(&mut self.scratch, MAX_PLAIN, open.window);
                if self.scratch.is_empty() {
                    break;
                }
                open.cipher.seal(&self.scratch, self.output.tail())?;
                self.spoke = now;
            }
        }
        Ok(&self.output.bytes[self.output.written..])
    }

    pub fn has_output(&self) -> bool {
        let queued = matches!(&self.phase, Phase::Open(open) if !open.outbox.is_empty());
        queued || self.output.waiting() > 0
    }

    /// The socket took so many bytes of the output.
    pub fn written(&mut self, n: usize) {
        self.output.written += n;
        if self.output.waiting() == 0 {
            self.output.bytes.clear();
            self.output.written = 0;
        }
    }

    /// When `tick` has something to do next.
    pub fn deadline(&self) -> u64 {
        match &self.phase {
            Phase::Shaking(_) | Phase::Awaiting(_) => self.handshake_deadline(),
            Phase::Open(open) => (self.spoke.saturating_add(open.heartbeat)).min(
                self.heard
                    .saturating_add(nanoseconds(self.settings.timeout)),
            ),
            Phase::Over => u64::MAX,
        }
    }

    fn handshake_deadline(&self) -> u64 {
        let time = nanoseconds(self.settings.limits.handshake_time);
        self.began.saturating_add(time)
    }

    /// Notices that time has passed: gives up, or queues a heartbeat.
    pub fn tick(&mut self, now: u64) -> Result<(), End> {
        let handshake_deadline = self.handshake_deadline();
        match &mut self.phase {
            Phase::Shaking(handshake) if now >= handshake_deadline => {
                Err(ConnectError::TimedOut(handshake.awaits()).into())
            }
            Phase::Awaiting(_) if now >= handshake_deadline => {
                Err(ConnectError::TimedOut("the welcome").into())
            }
            Phase::Shaking(_) | Phase::Awaiting(_) | Phase::Over => Ok(()),
            Phase::Open(open) => {
                let silence = now.saturating_sub(self.heard);
                if silence >= nanoseconds(self.settings.timeout) {
                    return Err(End::Down(DownReason::Timeout));
                }
                if now.saturating_sub(self.spoke) >= open.heartbeat {
                    open.outbox.push_heartbeat();
                    // Also when the socket takes nothing: once is enough.
                    self.spoke = now;
                }
                Ok(())
            }
        }
    }

    /// The socket has come to its end, or to an error.
    pub fn cut(&mut self, error: Option<std::io::ErrorKind>) -> End {
        let end = match (&self.phase, error) {
            (Phase::Open(_), None) => End::Down(DownReason::Closed),
            (Phase::Open(_), Some(kind)) => End::Down(DownReason::Broken(kind)),
            // An old program, or one with its refusal lost, just hangs up at a wrong secret.
            (Phase::Awaiting(_), _) => ConnectError::Closed("the check of the secret").into(),
            (Phase::Shaking(h), _) => ConnectError::Closed(h.awaits()).into(),
            (Phase::Over, _) => ConnectError::Closed("the farewell").into(),
        };
        self.phase = Phase::Over;
        self.output = Output::default();
        end
    }

    /// Ends it from this side, with a last word where the other side can use one.
    pub fn finish(&mut self, end: &End) {
        let phase = std::mem::replace(&mut self.phase, Phase::Over);
        match (phase, end) {
            (Phase::Open(mut open), End::Down(reason)) => {
                if let Some(farewell) = farewell(reason) {
                    self.scratch.clear();
                    item::write(Item::Farewell(farewell.code()), &mut self.scratch);
                    // Without it the peer sees the connection close, which serves as well.
                    let _ = open.cipher.seal(&self.scratch, self.output.tail());
                }
            }
            // Not from the initiator once it has gone over to records: the responder may
            // have done so too.
            (Phase::Shaking(_), End::Handshake(error)) => {
                if let Some(refusal) = error.as_refusal() {
                    self.output.tail().extend([0, 1, refusal.code()]);
                }
            }
            (Phase::Shaking(_) | Phase::Awaiting(_) | Phase::Open(_) | Phase::Over, _) => {}
        }
    }

    /// Bytes held for the peer: in reassembly, and waiting to be sent.
    pub fn held(&self) -> (usize, usize) {
        match &self.phase {
            Phase::Open(open) => (
                open.inbox.held(),
                open.outbox.queued() + self.output.waiting(),
            ),
            Phase::Shaking(_) | Phase::Awaiting(_) | Phase::Over => (0, self.output.waiting()),
        }
    }
}

enum Unit<'a> {
    Direct(&'a [u8]),
    Gathered,
}

/// Why a message was not sent.
#[derive(PartialEq, Eq, Debug)]
pub enum Unsent {
    Refused(SendError),
    /// The connection is to be given up.
    Lost(DownReason),
}

impl Open {
    fn new(cipher: Cipher, settings: &Settings, theirs: &Terms) -> Open {
        let limits = &settings.limits;
        let wanted = u64::from(theirs.timeout) * 1_000_000 / 3;
        let heartbeat = nanoseconds(settings.heartbeat).min(wanted.max(SHORTEST_HEARTBEAT));
        Open {
            cipher,
            outbox: Outbox::default(),
            inbox: Inbox::new(InboxLimits {
                message: limits.message,
                reassembly: limits.reassembly,
                streams: limits.streams,
            }),
            window: theirs.window(),
            longest: limits.queue.min(theirs.message as usize),
            heartbeat,
        }
    }

    fn check(&self, length: usize, queue: usize) -> Result<(), Unsent> {
        if length > self.longest {
            let limit = self.longest;
            Err(Unsent::Refused(SendError::TooLong { limit }))
        } else if self.outbox.queued() + length > queue {
            Err(Unsent::Lost(DownReason::Overloaded))
        } else {
            Ok(())
        }
    }
}

fn farewell(reason: &DownReason) -> Option<Farewell> {
    match reason {
        DownReason::Timeout => Some(Farewell::Timeout),
        DownReason::Overloaded => Some(Farewell::Overloaded),
        DownReason::Disconnected(why) => Some(*why),
        DownReason::Replaced => Some(Farewell::Replaced),
        DownReason::Violation(_) => Some(Farewell::Violation),
        DownReason::ByPeer(_) | DownReason::Closed | DownReason::Broken(_) => None,
    }
}
