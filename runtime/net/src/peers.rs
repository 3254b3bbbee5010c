//! All connections of a node, without IO: who is connected, by which of them, since when.
//!
//! At most one connection with a peer is *up*. Its life is an *epoch*, numbered from 1 in
//! the order of this process; each begins with one `Up` and ends with one `Down`, and what
//! arrived in it is delivered between the two.
//!
//! A connection: *dialing* (no socket yet; only this node's attempts) -> *shaking* ->
//! *pending* (an attempt that has claimed its place and waits for the Welcome) -> *up* ->
//! *over* (something may be left to write) -> forgotten, when the socket is closed.
//!
//! Two nodes that connect to each other at once keep the attempt of the lower incarnation.
//! Both come to that conclusion because an attempt is never pending beside an up or another
//! pending connection with the same peer, and because each side tells the last epoch that
//! it had given out: so a claim made before the present connection was up is told from one
//! made after the other side had lost it. See docs/TRANSPORT.md, "Which connection stays".

use crate::connection::{Connection, End, Event as Inner, Unsent};
use crate::error::{ConnectError, DownReason, Farewell, Refusal, SendError};
use crate::handshake::{Claim, Identity, Role};
use crate::settings::{Address, Incarnation, Settings, nanoseconds};
use crate::terms::Terms;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io;
use std::sync::Arc;

/// Keys of former peers kept, so that nobody takes over their incarnation.
const KNOWN_KEYS: usize = 1 << 16;

/// A connection, by the order of their beginnings.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ConnId(pub u64);

/// What the node is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// An epoch begins. The address is where the peer says that it listens.
    Up {
        peer: Incarnation,
        epoch: u64,
        address: Option<Address>,
    },
    /// Who answers at an address that was to be connected to; after the `Up` of that epoch.
    Reached {
        host: String,
        port: u16,
        peer: Incarnation,
        epoch: u64,
    },
    Message {
        peer: Incarnation,
        epoch: u64,
        stream: u64,
        bytes: Vec<u8>,
    },
    Down {
        peer: Incarnation,
        epoch: u64,
        reason: DownReason,
    },
    ConnectFailed {
        host: String,
        port: u16,
        why: ConnectError,
    },
    /// Somebody else's attempt came to nothing: for the log.
    Rejected { remote: String, why: ConnectError },
}

/// What is to be done with sockets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// There is output.
    Write(ConnId),
    /// Write what can be written at once, close, and `forget`.
    Close(ConnId),
}

pub struct Peers {
    settings: Arc<Settings>,
    /// Where this node listens.
    address: Option<Address>,
    entries: BTreeMap<ConnId, Entry>,
    up: HashMap<Incarnation, ConnId>,
    known: HashMap<Incarnation, [u8; 32]>,
    names: HashMap<Address, Incarnation>,
    /// Attempts refused because of another connection, which will be up any moment.
    waiting: Vec<Waiting>,
    last_id: u64,
    last_epoch: u64,
    /// No deadline is earlier than this.
    deadline: u64,
    rate: Rate,
    events: Vec<Event>,
    actions: VecDeque<Action>,
}

struct Entry {
    connection: Option<Connection>,
    stage: Stage,
    /// For an attempt: the names it was made for.
    targets: Vec<Address>,
    /// The host at the other end, as the socket knows it.
    remote: String,
    began: u64,
}

#[derive(Clone, PartialEq, Eq)]
enum Stage {
    Dialing,
    Shaking,
    Pending {
        peer: Incarnation,
        key: [u8; 32],
    },
    Up {
        peer: Incarnation,
        epoch: u64,
        theirs: Option<u64>,
    },
    Over,
}

struct Waiting {
    peer: Incarnation,
    targets: Vec<Address>,
    deadline: u64,
}

/// Lets so many begin per second, and as many at once after a pause.
struct Rate {
    interval: u64,
    burst: u64,
    next: u64,
}

impl Rate {
    fn new(per_second: u32) -> Rate {
        let interval = 1_000_000_000 / u64::from(per_second.max(1));
        Rate {
            interval,
            burst: 1_000_000_000,
            next: 0,
        }
    }

    fn admit(&mut self, now: u64) -> bool {
        let next = self.next.max(now) + self.interval;
        let admitted = next - now <= self.burst + self.interval;
        if admitted {
            self.next = next;
        }
        admitted
    }
}

impl Peers {
    pub fn new(settings: Settings) -> Peers {
        Peers {
            rate: Rate::new(settings.limits.handshake_rate),
            settings: Arc::new(settings),
            address: None,
            entries: BTreeMap::new(),
            up: HashMap::new(),
            known: HashMap::new(),
            names: HashMap::new(),
            waiting: Vec::new(),
            last_id: 0,
            last_epoch: 0,
            deadline: u64::MAX,
            events: Vec::new(),
            actions: VecDeque::new(),
        }
    }

    pub fn set_address(&mut self, address: Address) {
        self.address = Some(address);
    }

    /// Who was reached at an address, while it is connected.
    pub fn peer_at(&self, host: &str, port: u16) -> Option<(Incarnation, u64)> {
        let host = host.to_string();
        let peer = *self.names.get(&Address { host, port })?;
        Some((peer, self.epoch_of(peer)?))
    }

    pub fn epoch_of(&self, peer: Incarnation) -> Option<u64> {
        match self.entries.get(self.up.get(&peer)?)?.stage {
            Stage::Up { epoch, .. } => Some(epoch),
            _ => None,
        }
    }

    pub fn connected(&self) -> impl Iterator<Item = (Incarnation, u64)> {
        let epoch = |(peer, _): (&Incarnation, _)| Some((*peer, self.epoch_of(*peer)?));
        self.up.iter().filter_map(epoch)
    }

    /// Bytes held in reassembly and waiting to be sent, of all connections.
    pub fn held(&self) -> (usize, usize) {
        let all = self.entries.values().filter_map(|e| e.connection.as_ref());
        all.map(Connection::held)
            .fold((0, 0), |(a, b), (c, d)| (a + c, b + d))
    }

    /// Sockets, and attempts to have one.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// An attempt, whose socket the caller is to make; `None` when one to the same address
    /// is under way, or when the answer has been given already.
    pub fn dial(&mut self, host: &str, port: u16, now: u64) -> Option<ConnId> {
        let target = Address {
            host: host.to_string(),
            port,
        };
        let is_same = |t: &Vec<Address>| t.contains(&target);
        if self.entries.values().any(|e| is_same(&e.targets))
            || self.waiting.iter().any(|w| is_same(&w.targets))
        {
            return None;
        }
        let attempts = self.entries.values().filter(|e| !e.targets.is_empty());
        if attempts.count() >= self.settings.limits.attempts {
            self.fail(target, ConnectError::TooMany);
            return None;
        }
        let id = self.enter(Stage::Dialing, None, host.to_string(), now);
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.targets.push(target);
        }
        Some(id)
    }

    /// The attempt has a socket, connected to that host.
    pub fn dialed(&mut self, id: ConnId, remote: String, now: u64) {
        let Some(entry) = self.entries.get_mut(&id) else {
            return;
        };
        if entry.stage == Stage::Dialing {
            // The time for connecting counts: the attempt began with the entry.
            let settings = self.settings.clone();
            entry.connection = Some(Connection::new(Role::Initiator, settings, entry.began));
            entry.stage = Stage::Shaking;
            entry.remote = remote;
            self.act(Action::Write(id));
            self.note_deadline(id, now);
        }
    }

    pub fn dial_failed(&mut self, id: ConnId, why: ConnectError) {
        self.end(id, End::Handshake(why));
    }

    /// Somebody connected. Refused when too many do; then the socket is to be closed.
    pub fn accept(&mut self, remote: String, now: u64) -> Result<ConnId, Refusal> {
        let shaking = |e: &&Entry| e.targets.is_empty() && e.stage == Stage::Shaking;
        let under_way = self.entries.values().filter(shaking).count();
        if under_way >= self.settings.limits.handshakes || !self.rate.admit(now) {
            let why = ConnectError::TooMany;
            self.events.push(Event::Rejected { remote, why });
            return Err(Refusal::Busy);
        }
        let connection = Connection::new(Role::Responder, self.settings.clone(), now);
        Ok(self.enter(Stage::Shaking, Some(connection), remote, now))
    }

    fn enter(
        &mut self,
        stage: Stage,
        connection: Option<Connection>,
        remote: String,
        now: u64,
    ) -> ConnId {
        self.last_id += 1;
        let id = ConnId(self.last_id);
        let entry = Entry {
            connection,
            stage,
            targets: Vec::new(),
            remote,
            began: now,
        };
        self.entries.insert(id, entry);
        self.note_deadline(id, now);
        id
    }

    fn note_deadline(&mut self, id: ConnId, now: u64) {
        let time = nanoseconds(self.settings.limits.handshake_time);
        let of_entry = self.entries.get(&id).map(|e| e.deadline(time));
        self.deadline = self.deadline.min(of_entry.unwrap_or(now));
    }

    fn connection(&mut self, id: ConnId) -> Option<&mut Connection> {
        self.entries.get_mut(&id)?.connection.as_mut()
    }

    fn act(&mut self, action: Action) {
        if self.actions.back() != Some(&action) {
            self.actions.push_back(action);
        }
    }

    /// Bytes have come from a connection's socket.
    pub fn receive(&mut self, id: ConnId, mut bytes: &[u8], now: u64) {
        while let Some(connection) = self.connection(id) {
            match connection.advance(&mut bytes, now) {
                Ok(Some(event)) => self.handle(id, event, now),
                Ok(None) => break,
                Err(end) => return self.end(id, end),
            }
        }
        if self.connection(id).is_some_and(|c| c.has_output()) {
            self.act(Action::Write(id));
        }
    }

    fn handle(&mut self, id: ConnId, event: Inner, now: u64) {
        match event {
            Inner::Message { stream, bytes } => {
                let stage = self.entries.get(&id).map(|e| &e.stage);
                if let Some(&Stage::Up { peer, epoch, .. }) = stage {
                    self.events.push(Event::Message {
                        peer,
                        epoch,
                        stream,
                        bytes,
                    });
                }
            }
            Inner::Identified(identity) => {
                if let Err(end) = self.identified(id, identity, now) {
                    self.end(id, end);
                }
                self.note_deadline(id, now);
            }
            Inner::Welcomed { epoch, terms } => {
                let stage = self.entries.get(&id).map(|e| e.stage.clone());
                if let Some(Stage::Pending { peer, key }) = stage {
                    let ours = self.next_epoch();
                    self.rise(id, (peer, key), ours, Some(epoch), &terms);
                }
                self.note_deadline(id, now);
            }
        }
    }

    fn next_epoch(&mut self) -> u64 {
        self.last_epoch += 1;
        self.last_epoch
    }

    /// The other side has shown who it is; whether this connection may stay.
    fn identified(&mut self, id: ConnId, identity: Identity, now: u64) -> Result<(), End> {
        let peer = identity.incarnation;
        if peer == self.settings.incarnation {
            return Err(ConnectError::Itself.into());
        }
        if self
            .known
            .get(&peer)
            .is_some_and(|key| *key != identity.key)
        {
            return Err(ConnectError::Identity.into());
        }
        match &identity.claim {
            None => self.claim(id, &identity, now),
            Some(claim) => self.admit(id, &identity, claim),
        }
    }

    /// This node's attempt has found out whom it reached.
    fn claim(&mut self, id: ConnId, identity: &Identity, now: u64) -> Result<(), End> {
        let peer = identity.incarnation;
        if let Some(epoch) = self.epoch_of(peer) {
            let targets = self.take_targets(id);
            self.reached(targets, peer, epoch);
            return Err(ConnectError::Duplicate.into());
        }
        if let Some(other) = self.pending(peer) {
            let targets = self.take_targets(id);
            self.add_targets(other, targets);
            return Err(ConnectError::Duplicate.into());
        }
        if self.waiting.iter().any(|w| w.peer == peer) {
            let targets = self.take_targets(id);
            self.wait_for(peer, targets, now);
            return Err(ConnectError::Duplicate.into());
        }
        let (last_epoch, address) = (self.last_epoch, self.address.clone());
        if let Some(entry) = self.entries.get_mut(&id) {
            let key = identity.key;
            entry.stage = Stage::Pending { peer, key };
            if let Some(connection) = &mut entry.connection {
                connection.proceed(identity, last_epoch, address.as_ref())?;
            }
        }
        Ok(())
    }

    /// Somebody's attempt has reached this node, with the secret.
    fn admit(&mut self, id: ConnId, identity: &Identity, claim: &Claim) -> Result<(), End> {
        let peer = identity.incarnation;
        if let Some(&present) = self.up.get(&peer) {
            if self.is_older(claim, present) {
                return Err(ConnectError::Duplicate.into());
            }
            // The peer would not claim if it still had the other.
            self.end(present, End::Down(DownReason::Replaced));
        }
        let own = self.pending(peer);
        if own.is_some() && self.settings.incarnation < peer {
            return Err(ConnectError::Duplicate.into());
        }
        let epoch = self.next_epoch();
        let address = self.address.clone();
        if let Some(connection) = self.connection(id) {
            connection.proceed(identity, epoch, address.as_ref())?;
        }
        if let Some(own) = own {
            let targets = self.take_targets(own);
            self.add_targets(id, targets);
            self.end(own, ConnectError::Duplicate.into());
        }
        self.rise(id, (peer, identity.key), epoch, None, &claim.terms);
        Ok(())
    }

    /// Whether a claim was made before its maker had the present connection up. When the
    /// peer is also the one who made that, it has given it up: it makes one at a time.
    fn is_older(&self, claim: &Claim, present: ConnId) -> bool {
        match self.entries.get(&present).map(|e| &e.stage) {
            Some(&Stage::Up {
                theirs: Some(theirs),
                ..
            }) => claim.last_epoch < theirs,
            _ => false,
        }
    }

    /// This node's attempt that waits for a peer's Welcome.
    fn pending(&self, peer: Incarnation) -> Option<ConnId> {
        let is_it = |e: &Entry| matches!(e.stage, Stage::Pending { peer: p, .. } if p == peer);
        let (id, _) = self.entries.iter().find(|(_, e)| is_it(e))?;
        Some(*id)
    }

    fn take_targets(&mut self, id: ConnId) -> Vec<Address> {
        let entry = self.entries.get_mut(&id);
        entry.map_or(Vec::new(), |e| std::mem::take(&mut e.targets))
    }

    fn add_targets(&mut self, id: ConnId, targets: Vec<Address>) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.targets.extend(targets);
        }
    }

    fn wait_for(&mut self, peer: Incarnation, targets: Vec<Address>, now: u64) {
        let time = nanoseconds(self.settings.limits.handshake_time);
        let deadline = now.saturating_add(time);
        self.deadline = self.deadline.min(deadline);
        self.waiting.push(Waiting {
            peer,
            targets,
            deadline,
        });
    }

    /// An epoch begins.
    fn rise(
        &mut self,
        id: ConnId,
        (peer, key): (Incarnation, [u8; 32]),
        epoch: u64,
        theirs: Option<u64>,
        terms: &Terms,
    ) {
        let Some(entry) = self.entries.get_mut(&id) else {
            return;
        };
        entry.stage = Stage::Up {
            peer,
            epoch,
            theirs,
        };
        let mut address = terms.address.clone();
        if let Some(address) = address.as_mut().filter(|a| a.host.is_empty()) {
            address.host = entry.remote.clone();
        }
        let mut targets = std::mem::take(&mut entry.targets);
        self.up.insert(peer, id);
        self.remember(peer, key);
        self.events.push(Event::Up {
            peer,
            epoch,
            address,
        });
        let of_peer = |w: &mut Waiting| w.peer == peer;
        targets.extend(self.waiting.extract_if(.., of_peer).flat_map(|w| w.targets));
        self.reached(targets, peer, epoch);
    }

    fn remember(&mut self, peer: Incarnation, key: [u8; 32]) {
        if self.known.len() >= KNOWN_KEYS {
            self.known.retain(|peer, _| self.up.contains_key(peer));
        }
        self.known.insert(peer, key);
    }

    fn reached(&mut self, targets: Vec<Address>, peer: Incarnation, epoch: u64) {
        for target in targets {
            self.names.insert(target.clone(), peer);
            self.events.push(Event::Reached {
                host: target.host,
                port: target.port,
                peer,
                epoch,
            });
        }
    }

    fn fail(&mut self, target: Address, why: ConnectError) {
        self.events.push(Event::ConnectFailed {
            host: target.host,
            port: target.port,
            why,
        });
    }

    /// A connection ends, in whatever stage it is.
    fn end(&mut self, id: ConnId, end: End) {
        let Some(entry) = self.entries.get_mut(&id) else {
            return;
        };
        let stage = std::mem::replace(&mut entry.stage, Stage::Over);
        if stage == Stage::Over {
            return;
        }
        let targets = std::mem::take(&mut entry.targets);
        let remote = entry.remote.clone();
        if let Some(connection) = &mut entry.connection {
            connection.finish(&end);
        }
        let began = entry.began;
        self.act(Action::Close(id));
        match (stage, end) {
            (Stage::Up { peer, epoch, .. }, end) => self.fall(peer, epoch, end),
            (
                Stage::Pending { peer, .. },
                End::Handshake(ConnectError::Refused(Refusal::Duplicate)),
            ) => self.await_other(peer, targets, began),
            (_, end) if targets.is_empty() => self.reject(id, remote, end),
            (_, end) => {
                let why = end.into_connect_error();
                let failed = targets.into_iter();
                failed.for_each(|target| self.fail(target, why.clone()));
            }
        }
    }

    fn fall(&mut self, peer: Incarnation, epoch: u64, end: End) {
        self.up.remove(&peer);
        self.names.retain(|_, p| *p != peer);
        let reason = match end {
            End::Down(reason) => reason,
            // The handshake was over; what remains of it is the peer's mistake.
            End::Handshake(_) => DownReason::Closed,
        };
        self.events.push(Event::Down {
            peer,
            epoch,
            reason,
        });
    }

    /// The peer prefers another connection, which is up or about to be.
    fn await_other(&mut self, peer: Incarnation, targets: Vec<Address>, now: u64) {
        match self.epoch_of(peer) {
            Some(epoch) => self.reached(targets, peer, epoch),
            None => self.wait_for(peer, targets, now),
        }
    }

    /// Tells of somebody's failed attempt; one of ours whose targets went elsewhere is none.
    fn reject(&mut self, id: ConnId, remote: String, end: End) {
        let is_theirs = self
            .connection(id)
            .is_some_and(|c| c.role() == Role::Responder);
        if is_theirs {
            let why = end.into_connect_error();
            self.events.push(Event::Rejected { remote, why });
        }
    }

    /// The socket has come to its end, or to an error.
    pub fn closed(&mut self, id: ConnId, error: Option<io::ErrorKind>) {
        if let Some(connection) = self.connection(id) {
            let end = connection.cut(error);
            self.end(id, end);
        }
    }

    /// Nothing more will be done with this connection.
    pub fn forget(&mut self, id: ConnId) {
        self.end(id, End::Handshake(ConnectError::GivenUp));
        self.entries.remove(&id);
    }

    /// Queues a message. The caller is to write the connection's output.
    pub fn send(
        &mut self,
        peer: Incarnation,
        epoch: u64,
        stream: u64,
        message: Payload,
        now: u64,
    ) -> Result<ConnId, SendError> {
        let up = self.up.get(&peer).copied();
        let id = up.ok_or(SendError::NotConnected)?;
        let entry = self.entries.get_mut(&id);
        let entry = entry.ok_or(SendError::NotConnected)?;
        let is_epoch = matches!(entry.stage, Stage::Up { epoch: e, .. } if e == epoch);
        let Some(connection) = entry.connection.as_mut().filter(|_| is_epoch) else {
            return Err(SendError::NotConnected);
        };
        let sent = match message {
            Payload::Slice(bytes) => connection.send(stream, bytes, now),
            Payload::Owned(bytes) => connection.send_owned(stream, bytes, now),
        };
        match sent {
            Ok(()) => Ok(id),
            Err(Unsent::Refused(error)) => Err(error),
            // Messages are sent at most once, and a loss is told as a `Down`.
            Err(Unsent::Lost(reason)) => {
                self.end(id, End::Down(reason));
                Ok(id)
            }
        }
    }

    /// Ends the connection with a peer, if there is one.
    pub fn disconnect(&mut self, peer: Incarnation, why: Farewell) {
        if let Some(&id) = self.up.get(&peer) {
            self.end(id, End::Down(DownReason::Disconnected(why)));
        }
    }

    /// Bytes for a connection's socket.
    pub fn output(&mut self, id: ConnId, now: u64) -> &[u8] {
        let failed = match self.connection(id).map(|c| c.output(now).err()) {
            None => return &[],
            Some(failed) => failed,
        };
        if let Some(end) = failed {
            self.end(id, end);
        }
        let output = self.connection(id).map(|c| c.output(now));
        output.and_then(Result::ok).unwrap_or(&[])
    }

    /// The socket took so many of them.
    pub fn written(&mut self, id: ConnId, n: usize) {
        if let Some(connection) = self.connection(id) {
            connection.written(n);
        }
    }

    /// When `tick` has something to do, at the earliest.
    pub fn deadline(&self) -> u64 {
        self.deadline
    }

    /// Time has passed: heartbeats, losses, handshakes given up.
    pub fn tick(&mut self, now: u64) {
        if now < self.deadline {
            return;
        }
        let time = nanoseconds(self.settings.limits.handshake_time);
        let due = |e: &&Entry| e.deadline(time) <= now;
        let ids = self.entries.iter().filter(|(_, e)| due(e));
        let ids: Vec<ConnId> = ids.map(|(id, _)| *id).collect();
        for id in ids {
            let ticked = match self.connection(id) {
                Some(connection) => connection.tick(now),
                None => Err(ConnectError::TimedOut("a connection").into()),
            };
            match ticked {
                Ok(()) => self.act(Action::Write(id)),
                Err(end) => self.end(id, end),
            }
        }
        let overdue = |w: &mut Waiting| w.deadline <= now;
        let overdue: Vec<Waiting> = self.waiting.extract_if(.., overdue).collect();
        for target in overdue.into_iter().flat_map(|w| w.targets) {
            self.fail(target, ConnectError::TimedOut("the peer's own connection"));
        }
        let deadlines = self.entries.values().map(|e| e.deadline(time));
        let deadlines = deadlines.chain(self.waiting.iter().map(|w| w.deadline));
        self.deadline = deadlines.min().unwrap_or(u64::MAX);
    }

    pub fn next_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    pub fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    /// Moves what has happened to the end of `events`.
    pub fn take_events(&mut self, events: &mut Vec<Event>) {
        events.append(&mut self.events);
    }
}

/// A message to send, with or without its buffer.
pub enum Payload<'a> {
    Slice(&'a [u8]),
    Owned(Vec<u8>),
}

impl Entry {
    fn deadline(&self, handshake_time: u64) -> u64 {
        match (&self.stage, &self.connection) {
            (Stage::Over, _) => u64::MAX,
            (_, Some(connection)) => connection.deadline(),
            (_, None) => self.began.saturating_add(handshake_time),
        }
    }
}

impl End {
    fn into_connect_error(self) -> ConnectError {
        match self {
            End::Handshake(error) => error,
            End::Down(DownReason::Broken(kind)) => ConnectError::Io(kind),
            End::Down(_) => ConnectError::Malformed("an impossible message"),
        }
    }
}
