//! What a snapshot shares, copies, or refuses.

use super::Shares;
use crate::chunk::{Chunk, ChunkKind};
use crate::heap::Heap;
use crate::layout;
use crate::mem::{self, WORD};
use termite_abi::Value;
use termite_abi::object::{Header, Kind};
use termite_abi::value::{TAG_CLOSURE, TAG_FRAME, TAG_OBJECT, TAG_PAIR};

/// Values that are looked at before a closure is taken to have captured something that
/// can change.
const LOOKED_AT: usize = 64;
/// Closures among them.
const CLOSURES: usize = 12;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fate {
    Shared,
    Copied,
    Refused,
}

/// The fate of a heap object with `header`.
#[inline]
pub(super) fn object_fate(v: Value, header: Header, shares: Shares<'_>) -> Fate {
    let Some(kind) = header.kind() else {
        // It is marked, so it is being copied.
        return Fate::Copied;
    };
    let shared_if = |condition, otherwise| if condition { Fate::Shared } else { otherwise };
    match kind {
        Kind::Vector | Kind::Box | Kind::HashTable => Fate::Copied,
        Kind::String | Kind::Bytevector | Kind::Chars => {
            shared_if(header.has(Header::FLAG_IMMUTABLE), Fate::Copied)
        }
        Kind::Symbol
        | Kind::Bignum
        | Kind::Ratnum
        | Kind::Compnum
        | Kind::RecordType
        | Kind::Cell => Fate::Shared,
        Kind::Record => shared_if(shares(v), Fate::Copied),
        Kind::Port | Kind::Opaque => shared_if(shares(v), Fate::Refused),
    }
}

impl Heap {
    #[inline(always)]
    pub(super) fn is_static_addr(&self, addr: u64) -> bool {
        !self.is_young_addr(addr) && Chunk::of(addr).is(ChunkKind::Static)
    }

    /// The fate of any value.
    #[inline(always)]
    pub(super) fn fate(&self, v: Value, shares: Shares<'_>) -> Fate {
        let is_marked_or_mutable = match v.tag() {
            TAG_PAIR | TAG_FRAME => true,
            TAG_OBJECT => {
                if self.is_static_addr(v.addr()) {
                    return Fate::Shared;
                }
                return object_fate(v, Header(mem::load(v.addr())), shares);
            }
            TAG_CLOSURE => !self.is_immutable_closure(v, shares),
            _ => false,
        };
        if is_marked_or_mutable && !self.is_static_addr(v.addr()) {
            Fate::Copied
        } else {
            Fate::Shared
        }
    }

    /// Whether nothing that the closure captured can change, other closures seen through.
    /// When there is much to look at, the answer is no.
    pub(super) fn is_immutable_closure(&self, closure: Value, shares: Shares<'_>) -> bool {
        if self.is_static_addr(closure.addr()) {
            return true;
        }
        let mut met = [closure; CLOSURES];
        let (mut next, mut count, mut looked_at) = (0, 1, 0);
        while next < count {
            let word = mem::load(met[next].addr());
            if crate::marks::is_mark(word) {
                return false;
            }
            let extent = layout::code_extent(met[next].addr(), word);
            next += 1;
            for i in 0..extent.slots {
                looked_at += 1;
                let v = Value(mem::load(extent.first + i * WORD));
                if looked_at > LOOKED_AT || !self.is_capture_shared(v, shares) {
                    return false;
                }
                let is_new =
                    v.is_closure() && !self.is_static_addr(v.addr()) && !met[..count].contains(&v);
                if is_new && count == CLOSURES {
                    return false;
                }
                if is_new {
                    met[count] = v;
                    count += 1;
                }
            }
        }
        true
    }

    /// Whether a captured value is shared, if it is no closure; closures come later.
    fn is_capture_shared(&self, v: Value, shares: Shares<'_>) -> bool {
        v.is_closure() || self.fate(v, shares) == Fate::Shared
    }
}
