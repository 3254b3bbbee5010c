//! Frames as the messenger sees them: whose order each belongs to.

use termite_wire::control::{Destination, Frame, GlobalId};

/// Whose order a frame belongs to: two processes, one of them here.
pub(super) type Pair = (GlobalId, Destination);

/// The processes that a frame is between; `None`: it is between the nodes.
pub(super) fn pair_of(frame: &Frame) -> Option<Pair> {
    let process = |serial: &u64| Destination::Process(*serial);
    match frame {
        Frame::Send { from, to, .. } => Some((*from, to.clone())),
        Frame::LinkTo { to, other }
        | Frame::LinkFrom { to, other }
        | Frame::UnlinkTo { to, other }
        | Frame::UnlinkFrom { to, other }
        | Frame::Exit { to, other, .. }
        | Frame::Terminate { to, by: other } => Some((*other, process(to))),
        Frame::Monitor { on, watcher, .. } | Frame::Demonitor { on, watcher, .. } => {
            Some((*watcher, on.clone()))
        }
        Frame::Down { to, on, .. } => Some((*on, process(to))),
        Frame::Receipt { .. }
        | Frame::Fetch { .. }
        | Frame::Unit { .. }
        | Frame::NoUnit { .. }
        | Frame::Hint { .. }
        | Frame::Refused { .. } => None,
    }
}

/// The stream of the transport that a frame goes in: one for each pair, 0 for the rest.
/// Two pairs that share one only wait for each other.
pub(super) fn stream_of(frame: &Frame) -> u64 {
    let Some((from, to)) = pair_of(frame) else {
        return 0;
    };
    let to = match &to {
        Destination::Process(serial) => *serial,
        Destination::Service(name) => fnv(name.as_bytes()),
    };
    let from = fnv(&from.incarnation) ^ from.serial.rotate_left(32);
    (from ^ to).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1
}

/// The FNV-1a hash.
fn fnv(bytes: &[u8]) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325;
    bytes.iter().fold(start, |h, b| {
        (h ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3)
    })
}
