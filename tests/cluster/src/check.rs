//! What must hold whatever happens, checked while a cluster runs: against the frames that
//! cross the network, what transports tell nodes, and what programs log.
//!
//! A numbered message carries its mark `<sender:number>` as text, so that it is known again
//! in a frame. All state of a start of a node goes when it crashes.

use crate::cluster::SECOND;
use crate::item::{Identity, Item, start};
use crate::network::Incarnation;
use crate::shown::mark;
use std::collections::{BTreeMap, BTreeSet};
use termite_vm::dist::Event;
use termite_wire::Limits;
use termite_wire::control::Frame;

/// A numbered message: its sender and its number.
type Mark = (String, u64);

/// Within which a monitor on what is gone must fire, in nanoseconds: an old connection is
/// noticed to be lost, or an attempt to make a new one fails.
const LONGEST_MONITOR: u64 = 35 * SECOND;

struct Monitor {
    on: Identity,
    began: u64,
    /// The same in virtual time.
    since: u64,
    is_over: bool,
}

enum Unit {
    Asked(Incarnation),
    Here,
}

#[derive(Default)]
struct Start {
    connected: BTreeMap<Incarnation, u64>,
    /// Losses: when, of whom.
    losses: Vec<(u64, Incarnation)>,
    /// Numbered messages that came in time, by sender: number, epoch.
    delivered: BTreeMap<String, Vec<(u64, u64)>>,
    got: BTreeMap<String, BTreeSet<u64>>,
    /// Epochs whose end the process that gets numbered messages has been told.
    over: BTreeSet<u64>,
    monitors: BTreeMap<Identity, Monitor>,
    units: BTreeMap<[u8; 32], Unit>,
    /// Workers that have not finished.
    workers: BTreeSet<String>,
}

#[derive(Default)]
pub struct Checker {
    starts: BTreeMap<Incarnation, Start>,
    clock: u64,
    /// Virtual time.
    pub now: u64,
    /// Starts that crashed, and when.
    crashes: BTreeMap<Incarnation, u64>,
    /// Starts that stood still for a time, and so cannot be blamed for being late.
    pub paused: BTreeSet<Incarnation>,
    /// Hops of travellers: each at most once.
    arrivals: BTreeMap<String, i64>,
    failures: Vec<String>,
    /// What happened how often, to see that enough does.
    pub counts: BTreeMap<String, u64>,
}

impl Checker {
    pub fn fail(&mut self, what: String) {
        self.failures.push(what);
    }

    pub fn has_failed(&self) -> bool {
        !self.failures.is_empty()
    }

    pub fn failures(&self) -> &[String] {
        &self.failures
    }

    pub fn started(&mut self, who: Incarnation) {
        self.starts.insert(who, Start::default());
    }

    pub fn crashed(&mut self, who: Incarnation) {
        self.clock += 1;
        self.crashes.insert(who, self.clock);
        self.starts.remove(&who);
    }

    fn count(&mut self, what: &str) {
        *self.counts.entry(what.to_owned()).or_default() += 1;
    }

    // -- the network --

    pub fn sent(&mut self, who: Incarnation, to: Incarnation, _epoch: u64, frame: &Frame) {
        match frame {
            Frame::Fetch { hashes } => hashes.iter().for_each(|h| self.asks(who, to, h)),
            Frame::Refused { why, .. } => {
                self.fail(format!("{} refuses a message: {why}", start(&who)));
            }
            Frame::NoUnit { .. } => self.fail(format!("{} lacks its own code", start(&who))),
            _ => {}
        }
    }

    fn asks(&mut self, who: Incarnation, of: Incarnation, hash: &[u8; 32]) {
        self.count("unit asked for");
        let Some(this) = self.starts.get_mut(&who) else {
            return;
        };
        if let Some(before) = this.units.insert(*hash, Unit::Asked(of)) {
            let what = match before {
                Unit::Asked(other) => format!("while {} is asked", start(&other)),
                Unit::Here => "though it has it".into(),
            };
            self.fail(format!("{} asks for a unit again, {what}", start(&who)));
        }
    }

    pub fn told(&mut self, who: Incarnation, event: &Event) {
        self.clock += 1;
        let clock = self.clock;
        let Some(this) = self.starts.get_mut(&who) else {
            return;
        };
        match event {
            Event::Up { peer, epoch, .. } => {
                this.connected.insert(*peer, *epoch);
                self.count("up");
            }
            Event::Down { peer, .. } => {
                this.connected.remove(peer);
                this.losses.push((clock, *peer));
                this.units
                    .retain(|_, u| !matches!(u, Unit::Asked(of) if of == peer));
                self.count("down");
            }
            Event::Message { peer, epoch, bytes } => {
                if this.connected.get(peer) != Some(epoch) {
                    return self.count("late frame");
                }
                if let Ok(frame) = Frame::decode(bytes, &Limits::default()) {
                    self.came(who, *epoch, &frame);
                }
            }
            Event::Reached { .. } | Event::ConnectFailed { .. } => {}
        }
    }

    fn came(&mut self, who: Incarnation, epoch: u64, frame: &Frame) {
        let Some(this) = self.starts.get_mut(&who) else {
            return;
        };
        match frame {
            Frame::Send { content, .. } => {
                if let Some((sender, number)) = mark(&content.body).and_then(parse) {
                    let all = this.delivered.entry(sender).or_default();
                    all.push((number, epoch));
                }
            }
            Frame::Unit { hash, .. } => {
                this.units.insert(*hash, Unit::Here);
            }
            _ => {}
        }
    }

    // -- programs --

    pub fn log(&mut self, who: Incarnation, items: &[Item]) {
        self.clock += 1;
        let Some((kind, rest)) = items.split_first() else {
            return;
        };
        self.count(&format!("log {kind}"));
        let result = match (kind.text(), rest) {
            ("got", [text]) => self.got(who, text.text()),
            ("node-down", [reason]) => self.node_down(who, reason.text()),
            ("monitor", [Item::Identity(reference), Item::Identity(on)]) => {
                self.monitor(who, *reference, *on);
                Ok(())
            }
            ("down", [Item::Identity(reference), ..]) => self.over(who, *reference, true),
            ("demonitored", [Item::Identity(reference)]) => self.over(who, *reference, false),
            ("arrive", [id, hop]) => self.arrive(id.text(), hop.number()),
            ("home", [_, result, expected]) | ("ran", [_, result, expected])
                if result != expected =>
            {
                Err(format!("{result} instead of {expected}"))
            }
            ("started", [worker]) => {
                let this = self.starts.entry(who).or_default();
                this.workers.insert(worker.text().to_owned());
                Ok(())
            }
            ("finished", [worker]) => {
                let this = self.starts.entry(who).or_default();
                this.workers.remove(worker.text());
                Ok(())
            }
            ("home" | "ran" | "note", _) => Ok(()),
            _ => Err("this must not be".to_owned()),
        };
        if let Err(why) = result {
            let all: Vec<String> = items.iter().map(Item::to_string).collect();
            self.fail(format!("{} logs {}: {why}", start(&who), all.join(" ")));
        }
    }

    fn got(&mut self, who: Incarnation, text: &str) -> Result<(), String> {
        let (sender, number) = parse(text).ok_or("no mark")?;
        let this = self.starts.entry(who).or_default();
        let got = this.got.entry(sender.clone()).or_default();
        if got.contains(&number) {
            return Err("twice".into());
        }
        if let Some(last) = got.last().filter(|n| **n > number) {
            return Err(format!("after number {last}"));
        }
        got.insert(number);
        if sender.starts_with(&format!("{}-", start(&who))) {
            return Ok(());
        }
        let delivered = this.delivered.get(&sender).into_iter().flatten();
        let epochs: Vec<u64> = delivered.filter(|d| d.0 == number).map(|d| d.1).collect();
        match epochs[..] {
            [] => Err("it came in no epoch that was not over".into()),
            [epoch] if this.over.contains(&epoch) => {
                Err(format!("after the end of its epoch {epoch}"))
            }
            [_] => Ok(()),
            _ => Err("the network delivered it twice".into()),
        }
    }

    fn node_down(&mut self, who: Incarnation, reason: &str) -> Result<(), String> {
        if reason == "replaced" {
            return Ok(());
        }
        let epoch = reason.strip_prefix("lost-").and_then(|n| n.parse().ok());
        let this = self.starts.entry(who).or_default();
        this.over.insert(epoch.ok_or("no epoch")?);
        Ok(())
    }

    fn monitor(&mut self, who: Incarnation, reference: Identity, on: Identity) {
        let began = self.clock;
        let this = self.starts.entry(who).or_default();
        let since = self.now;
        let monitor = Monitor {
            on,
            began,
            since,
            is_over: false,
        };
        this.monitors.insert(reference, monitor);
    }

    /// A monitor has fired, or its end was asked for before it did.
    fn over(&mut self, who: Incarnation, reference: Identity, fired: bool) -> Result<(), String> {
        let this = self.starts.entry(who).or_default();
        let monitor = this.monitors.get_mut(&reference).ok_or("no such monitor")?;
        if std::mem::replace(&mut monitor.is_over, true) {
            return Err("it was over already".into());
        }
        let (began, of) = (monitor.began, monitor.on.0);
        let age = self.now - monitor.since;
        let is_gone = self.crashes.get(&of).is_some_and(|c| *c < began);
        if is_gone && !fired && age > LONGEST_MONITOR && !self.paused.contains(&who) {
            return Err(format!("{} was gone all the time", start(&of)));
        }
        let lost = this.losses.iter().any(|l| l.0 > began && l.1 == of);
        if lost && !fired {
            return Err(format!(
                "the connection with {} was lost meanwhile, and it did not fire",
                start(&of)
            ));
        }
        Ok(())
    }

    fn arrive(&mut self, id: &str, hop: i64) -> Result<(), String> {
        let last = self.arrivals.insert(id.to_owned(), hop);
        match last {
            Some(last) if last >= hop => Err(format!("it had arrived at hop {last} before")),
            _ => Ok(()),
        }
    }

    /// What must hold when nothing goes on any more.
    pub fn at_rest(&self) -> Result<(), String> {
        for (who, this) in &self.starts {
            let who_text = start(who);
            if let Some(worker) = this.workers.first() {
                return Err(format!("{who_text}: {worker} waits for ever"));
            }
            for (sender, delivered) in &this.delivered {
                let got = this.got.get(sender);
                let has = |n: u64| got.is_some_and(|g| g.contains(&n));
                for (i, &(number, epoch)) in delivered.iter().enumerate() {
                    let is_open = this.connected.values().any(|e| *e == epoch);
                    let later = delivered[i + 1..].iter().find(|d| d.1 == epoch && has(d.0));
                    if has(number) || !(is_open || later.is_some()) {
                        continue;
                    }
                    return Err(format!(
                        "{who_text} did not get <{sender}:{number}> of epoch {epoch}"
                    ));
                }
            }
        }
        Ok(())
    }
}

fn parse(mark: &str) -> Option<Mark> {
    let inner = mark.strip_prefix('<')?.strip_suffix('>')?;
    let (sender, number) = inner.rsplit_once(':')?;
    Some((sender.to_owned(), number.parse().ok()?))
}
