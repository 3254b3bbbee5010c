//! Frames as one line each.

use crate::item::{identity, start};
use termite_wire::control::{Destination, Frame, GlobalId};

fn id(id: &GlobalId) -> String {
    identity(&(id.incarnation, id.serial))
}

fn to(to: &Destination) -> String {
    match to {
        Destination::Process(serial) => format!("#{serial}"),
        Destination::Service(name) => name.clone(),
    }
}

/// The mark of a numbered message in a body: `<id:number>`.
pub fn mark(body: &[u8]) -> Option<&str> {
    let from = body.windows(2).position(|w| w == b"<n")?;
    let length = body[from..].iter().position(|b| *b == b'>')?;
    std::str::from_utf8(&body[from..=from + length]).ok()
}

fn hash(hash: &[u8; 32]) -> String {
    hash[..4].iter().map(|b| format!("{b:02x}")).collect()
}

pub fn frame(frame: &Frame) -> String {
    match frame {
        Frame::Send {
            from,
            to: dest,
            content,
        } => {
            let names: Vec<&str> = content.variables.iter().map(|v| v.name.as_str()).collect();
            let mark = mark(&content.body).unwrap_or_default();
            let receipt = match content.receipt {
                0 => String::new(),
                n => format!(" receipt {n} for {}", names.join(",")),
            };
            format!("send {} to {} {mark}{receipt}", id(from), to(dest))
        }
        Frame::LinkTo { to, other } => format!("link #{to} to {}", id(other)),
        Frame::LinkFrom { to, other } => format!("link #{to} from {}", id(other)),
        Frame::UnlinkTo { to, other } => format!("unlink #{to} to {}", id(other)),
        Frame::UnlinkFrom { to, other } => format!("unlink #{to} from {}", id(other)),
        Frame::Exit { to, other, .. } => format!("exit of {} to #{to}", id(other)),
        Frame::Monitor {
            on,
            watcher,
            reference,
        } => format!(
            "monitor {} by {} ref {}",
            to(on),
            id(watcher),
            id(reference)
        ),
        Frame::Demonitor {
            on,
            watcher,
            reference,
        } => format!(
            "demonitor {} by {} ref {}",
            to(on),
            id(watcher),
            id(reference)
        ),
        Frame::Down {
            to, on, reference, ..
        } => format!("down of {} to #{to} ref {}", id(on), id(reference)),
        Frame::Terminate { to, by } => format!("terminate #{to} by {}", id(by)),
        Frame::Receipt { receipt } => format!("receipt {receipt}"),
        Frame::Fetch { hashes } => {
            let all: Vec<String> = hashes.iter().map(hash).collect();
            format!("fetch {}", all.join(" "))
        }
        Frame::Unit { hash: h, code } => format!("unit {} ({} bytes)", hash(h), code.len()),
        Frame::NoUnit { hash: h } => format!("no unit {}", hash(h)),
        Frame::Hint {
            incarnation, port, ..
        } => format!("hint {} at {port}", start(incarnation)),
        Frame::Refused {
            from,
            to: dest,
            why,
        } => {
            format!("refused, of #{from} to {}: {why}", to(dest))
        }
    }
}
