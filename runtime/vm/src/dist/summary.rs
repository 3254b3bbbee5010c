//! What the messenger waits for: to be looked at, never to be decided by.

use crate::identity::Incarnation;
use crate::node::Node;
use termite_abi::Value;

/// All numbers are 0 when nothing is under way.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// The peers that are connected, with their epochs, in order.
    pub connected: Vec<(Incarnation, u64)>,
    /// Frames that wait for code.
    pub held: usize,
    /// Units asked for.
    pub wanted: usize,
    /// Connections being made.
    pub dials: usize,
    /// Processes that wait for a connection.
    pub connecting: usize,
    /// Libraries whose bodies have not ended.
    pub bodies: usize,
    /// Calls without an answer, of all processes.
    pub calls: usize,
    /// Monitors that peers have put on services here.
    pub named: usize,
}

impl Node {
    pub fn dist_summary(&self) -> Summary {
        let dist = &self.dist;
        let up = dist.peers.iter().filter(|(_, p)| p.epoch != 0);
        let mut connected: Vec<_> = up.map(|(peer, p)| (*peer, p.epoch)).collect();
        connected.sort_unstable();
        let pids = self.sched.pids();
        let ties = pids
            .iter()
            .filter_map(|&p| self.sched.get(p)?.ties.as_ref());
        Summary {
            connected,
            held: dist.peers.values().map(|p| p.held_frames()).sum(),
            wanted: dist.fetches.wanted(),
            dials: dist.dials.len(),
            connecting: dist.connecting.len(),
            bodies: dist.fetches.unready(),
            calls: ties.map(|t| t.calls.len()).sum(),
            named: dist.peers.values().map(|p| p.named.len()).sum(),
        }
    }

    /// Who made a pid or tag, and its number there; `None` for other values.
    pub fn identity(&self, v: Value) -> Option<(Incarnation, u64)> {
        let id = v.as_pid().or(v.as_unique_tag())?;
        Some(self.origins.resolve(id))
    }
}
