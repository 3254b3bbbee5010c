//! Messages put together again from fragments, within limits.
//!
//! What a peer announces counts at once, what it sends takes memory as it comes: an
//! announcement alone holds nothing.

use crate::error::Violation;
use crate::item::{Fragment, Position};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// What a message announced takes before any of it has come, at most.
const FIRST_RESERVE: usize = 256 * 1024;

pub struct Inbox {
    partial: HashMap<u64, Partial>,
    announced: usize,
    limits: InboxLimits,
}

#[derive(Clone, Copy, Debug)]
pub struct InboxLimits {
    pub message: usize,
    pub reassembly: usize,
    pub streams: usize,
}

struct Partial {
    bytes: Vec<u8>,
    total: usize,
}

impl Inbox {
    pub fn new(limits: InboxLimits) -> Inbox {
        Inbox {
            partial: HashMap::new(),
            announced: 0,
            limits,
        }
    }

    /// Bytes held for messages of which only a part has come.
    pub fn held(&self) -> usize {
        self.partial.values().map(|p| p.bytes.capacity()).sum()
    }

    /// Messages of which only a part has come.
    pub fn streams(&self) -> usize {
        self.partial.len()
    }

    /// Takes a fragment; gives the message that it completes.
    pub fn fragment(&mut self, fragment: Fragment) -> Result<Option<Vec<u8>>, Violation> {
        let bytes = fragment.bytes;
        match fragment.position {
            Position::Whole if self.partial.contains_key(&fragment.stream) => {
                Err(Violation::FragmentOrder)
            }
            Position::Whole if bytes.len() > self.limits.message => Err(Violation::MessageLength),
            Position::Whole => Ok(Some(bytes.to_vec())),
            Position::First { total } => self.begin(fragment.stream, total as usize, bytes),
            Position::Middle => self.go_on(fragment.stream, bytes),
            Position::Last => self.finish(fragment.stream, bytes),
        }
    }

    fn begin(
        &mut self,
        stream: u64,
        total: usize,
        bytes: &[u8],
    ) -> Result<Option<Vec<u8>>, Violation> {
        let announced = self.announced.saturating_add(total);
        if total > self.limits.message {
            return Err(Violation::MessageLength);
        }
        if announced > self.limits.reassembly {
            return Err(Violation::Reassembly);
        }
        if self.partial.len() >= self.limits.streams {
            return Err(Violation::Streams);
        }
        let Entry::Vacant(place) = self.partial.entry(stream) else {
            return Err(Violation::FragmentOrder);
        };
        let mut partial = Partial {
            bytes: Vec::with_capacity(total.min(FIRST_RESERVE)),
            total,
        };
        partial.extend(bytes)?;
        place.insert(partial);
        self.announced = announced;
        Ok(None)
    }

    fn go_on(&mut self, stream: u64, bytes: &[u8]) -> Result<Option<Vec<u8>>, Violation> {
        let partial = self.partial.get_mut(&stream);
        partial.ok_or(Violation::FragmentOrder)?.extend(bytes)?;
        Ok(None)
    }

    fn finish(&mut self, stream: u64, bytes: &[u8]) -> Result<Option<Vec<u8>>, Violation> {
        let partial = self.partial.remove(&stream);
        let mut partial = partial.ok_or(Violation::FragmentOrder)?;
        self.announced -= partial.total;
        partial.bytes.reserve_exact(bytes.len());
        partial.bytes.extend(bytes);
        if partial.bytes.len() != partial.total {
            return Err(Violation::FragmentLength);
        }
        Ok(Some(partial.bytes))
    }
}

impl Partial {
    /// A fragment that is not the last: not empty, and leaving something to come.
    fn extend(&mut self, bytes: &[u8]) -> Result<(), Violation> {
        let length = self.bytes.len() + bytes.len();
        if bytes.is_empty() || length >= self.total {
            return Err(Violation::FragmentLength);
        }
        if length > self.bytes.capacity() {
            let wanted = self.total.min(2 * length);
            self.bytes.reserve_exact(wanted - self.bytes.len());
        }
        self.bytes.extend(bytes);
        Ok(())
    }
}
