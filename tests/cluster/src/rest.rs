//! What must hold of the nodes themselves when nothing goes on any more: nothing waits, and
//! the two halves of each link and monitor agree.

use crate::cluster::Cluster;
use crate::item::{Identity, identity, start};
use std::collections::BTreeMap;
use termite_abi::Value;
use termite_vm::Node;
use termite_vm::process::{Status, Ties};

/// Links and monitors of one process.
#[derive(Default)]
struct Halves {
    outbound: Vec<Identity>,
    inbound: Vec<Identity>,
    /// Who is told of its end, and the reference.
    monitors: Vec<(Identity, Identity)>,
    /// The reference, and on whom; `None`: a service.
    monitoring: Vec<(Identity, Option<Identity>)>,
}

impl Halves {
    fn of(node: &Node, ties: &Ties) -> Halves {
        let id = |v: Value| node.identity(v);
        Halves {
            outbound: ties.outbound.iter().filter_map(|v| id(*v)).collect(),
            inbound: ties.inbound.iter().filter_map(|v| id(*v)).collect(),
            monitors: ties
                .monitors
                .iter()
                .filter_map(|m| Some((id(m.0)?, id(m.1)?)))
                .collect(),
            monitoring: ties
                .monitoring
                .iter()
                .filter_map(|m| Some((id(m.0)?, id(m.1))))
                .collect(),
        }
    }
}

/// The processes that are ready to run.
pub fn busy(cluster: &Cluster) -> String {
    let mut all = Vec::new();
    for machine in cluster.places.iter().filter_map(|p| p.machine.as_ref()) {
        let node: &Node = &machine.vm;
        for pid in node.sched.pids() {
            let Some(p) = node.process(pid) else { continue };
            if p.status == Status::Ready {
                let name = identity(&(node.incarnation(), pid.0));
                all.push(format!("{name} ({} messages)", p.mailbox.len()));
            }
        }
    }
    all.join(", ")
}

/// What is wrong, in words.
pub fn failures(cluster: &Cluster) -> Vec<String> {
    let mut wrong = Vec::new();
    for place in &cluster.places {
        if let Some(machine) = &place.machine {
            waiting(cluster, &machine.vm, &mut wrong);
        }
    }
    let all = halves(cluster);
    for (this, halves) in &all {
        compare(cluster, &all, this, halves, &mut wrong);
    }
    wrong
}

fn waiting(cluster: &Cluster, node: &Node, wrong: &mut Vec<String>) {
    let name = start(&node.incarnation());
    let s = node.dist_summary();
    let left = [
        ("held frames", s.held),
        ("units asked for", s.wanted),
        ("dials", s.dials),
        ("bodies of libraries", s.bodies),
        ("open calls", s.calls),
        ("monitors on services", s.named),
    ];
    for (what, n) in left.iter().filter(|l| l.1 != 0) {
        wrong.push(format!("{name}: {n} {what} at rest"));
    }
    for (peer, epoch) in s.connected {
        let found = cluster.network.find(node.incarnation(), peer);
        let theirs = found.map(|(c, e)| cluster.network.connections[c].ends[e].epoch);
        if theirs != Some(epoch) {
            wrong.push(format!(
                "{name} has {} connected in epoch {epoch}, its transport {theirs:?}",
                start(&peer)
            ));
        }
    }
}

fn halves(cluster: &Cluster) -> BTreeMap<Identity, Halves> {
    let mut all = BTreeMap::new();
    for machine in cluster.places.iter().filter_map(|p| p.machine.as_ref()) {
        let node: &Node = &machine.vm;
        for pid in node.sched.pids() {
            let ties = node.process(pid).and_then(|p| p.ties.as_deref());
            let halves = ties.map(|t| Halves::of(node, t)).unwrap_or_default();
            all.insert((node.incarnation(), pid.0), halves);
        }
    }
    all
}

fn compare(
    cluster: &Cluster,
    all: &BTreeMap<Identity, Halves>,
    this: &Identity,
    halves: &Halves,
    wrong: &mut Vec<String>,
) {
    let connected =
        |other: &Identity| other.0 == this.0 || cluster.network.find(this.0, other.0).is_some();
    let mut say = |what: &str, other: &Identity| {
        let text = format!("{} has {what} {}", identity(this), identity(other));
        wrong.push(text);
    };
    for other in &halves.outbound {
        if !connected(other) {
            say("a link to, without a connection,", other);
        } else if all.get(other).is_some_and(|o| !o.inbound.contains(this)) {
            say("half a link to", other);
        }
    }
    for other in &halves.inbound {
        if !connected(other) {
            say("a link from, without a connection,", other);
        } else if all.get(other).is_some_and(|o| !o.outbound.contains(this)) {
            say("half a link from", other);
        }
    }
    for (reference, on) in &halves.monitoring {
        match on {
            None => say("a monitor on a service, with the reference", reference),
            Some(other) if !connected(other) => {
                say("a monitor on, without a connection,", other);
            }
            Some(other) => match all.get(other) {
                None => say("a monitor on the dead", other),
                Some(o) if !o.monitors.contains(&(*this, *reference)) => {
                    say("half a monitor on", other);
                }
                Some(_) => {}
            },
        }
    }
    for (watcher, reference) in &halves.monitors {
        let theirs = all.get(watcher).map(|w| &w.monitoring);
        if !connected(watcher) {
            say("a monitor by, without a connection,", watcher);
        } else if theirs.is_none_or(|m| !m.iter().any(|m| m.0 == *reference)) {
            say("half a monitor by", watcher);
        }
    }
}
