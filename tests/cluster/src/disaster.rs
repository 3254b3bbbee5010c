//! What befalls a cluster, and when: after so many events, so that it hits what goes on.

use crate::cluster::{Cluster, Happening, MILLISECOND, SECOND};
use crate::item;
use crate::network::Stage;
use crate::rng::Rng;
use std::collections::VecDeque;

#[derive(Clone, Copy, Debug)]
pub enum Disaster {
    /// Nothing passes between two places, for a time.
    Cut(usize, usize, u64),
    /// Nothing passes from one place to another.
    OneWay(usize, usize, u64),
    /// The connections of two places break.
    Break(usize, usize),
    /// A node stands still, as if it were stopped or its machine asleep.
    Pause(usize, u64),
    /// A node is gone, and comes back as another start.
    Crash(usize, u64),
}

/// Disasters in the order of the number of events before each.
pub struct Plan(VecDeque<(u64, Disaster)>);

impl Plan {
    pub fn new(rng: &mut Rng, places: usize) -> Plan {
        let count = match rng.below(10) {
            0 => 0,
            1..4 => rng.between(1, 3),
            _ => rng.between(3, 12),
        };
        let mut all: Vec<(u64, Disaster)> = (0..count)
            .map(|_| (rng.between(1, 4000), disaster(rng, places as u64)))
            .collect();
        all.sort_by_key(|d| d.0);
        Plan(all.into())
    }

    pub fn due(&mut self, events: u64) -> Vec<Disaster> {
        let mut due = Vec::new();
        while let Some((_, disaster)) = self.0.pop_front_if(|d| d.0 <= events) {
            due.push(disaster);
        }
        due
    }

    /// Brings the next disaster forward; whether there is one.
    pub fn skip(&mut self) -> bool {
        match self.0.front_mut() {
            Some(next) => {
                next.0 = 0;
                true
            }
            None => false,
        }
    }
}

fn disaster(rng: &mut Rng, places: u64) -> Disaster {
    let a = rng.below(places) as usize;
    let b = ((a as u64 + rng.between(1, places - 1)) % places) as usize;
    let time = match rng.below(4) {
        0 => rng.between(1, 100) * MILLISECOND,
        1 => rng.between(1, 15) * SECOND,
        _ => rng.between(10, 40) * SECOND,
    };
    match rng.below(10) {
        0..3 => Disaster::Cut(a, b, time),
        3..5 => Disaster::OneWay(a, b, time),
        5..7 => Disaster::Break(a, b),
        7 => Disaster::Pause(a, time),
        _ => Disaster::Crash(a, time),
    }
}

impl Cluster {
    pub fn befall(&mut self, disaster: Disaster) {
        self.trace(|| format!("DISASTER {disaster:?}"));
        match disaster {
            Disaster::Cut(a, b, time) => {
                self.block(a, b, time);
                self.block(b, a, time);
            }
            Disaster::OneWay(a, b, time) => self.block(a, b, time),
            Disaster::Break(a, b) => {
                let (a, b) = (self.places[a].incarnation, self.places[b].incarnation);
                if let Some((c, e)) = self.network.find(a, b) {
                    self.end(c, e, "broken");
                }
            }
            Disaster::Pause(i, time) => {
                if self.places[i].machine.is_some() && !self.places[i].paused {
                    self.places[i].paused = true;
                    self.checker.paused.insert(self.places[i].incarnation);
                    self.hear_again();
                    self.at(self.now + time, Happening::Resume(i));
                }
            }
            Disaster::Crash(i, time) => self.crash(i, time),
        }
    }

    fn block(&mut self, from: usize, to: usize, time: u64) {
        self.network.block(from, to);
        self.hear_again();
        self.at(self.now + time, Happening::Unblock(from, to));
    }

    fn crash(&mut self, i: usize, time: u64) {
        if self.places[i].machine.take().is_none() {
            return;
        }
        let who = self.places[i].incarnation;
        self.trace(|| format!("{} crashes", item::start(&who)));
        self.places[i].paused = false;
        self.checker.crashed(who);
        let ends: Vec<(usize, usize)> = self.network.ends_of(who).collect();
        // The system closes the sockets of a process that dies, but not those of a machine.
        let is_quiet = self.rng.once_in(2);
        for (c, e) in ends {
            if is_quiet {
                self.network.connections[c].ends[e].stage = Stage::Over;
                self.deafen(c, 1 - e);
            } else {
                self.end(c, e, "crashed");
            }
        }
        self.at(self.now + time, Happening::Restart(i));
    }
}
