//! What stands in a record under the encryption: a sequence of items.
//!
//! Numbers are in network order. See docs/TRANSPORT.md, "Records".

use crate::error::Violation;

/// A record's ciphertext is at most this long, and its plaintext by the tag shorter.
pub const MAX_RECORD: usize = 65535;
pub const TAG: usize = 16;
pub const MAX_PLAIN: usize = MAX_RECORD - TAG;
/// The most bytes of a message in one fragment.
pub const MAX_FRAGMENT: usize = 16 * 1024;
/// The longest head of a fragment: kind, stream, total, length.
pub const FRAGMENT_HEAD: usize = 1 + 8 + 4 + 2;

const FRAGMENT: u8 = 0x10;
const HEARTBEAT: u8 = 0x20;
const FAREWELL: u8 = 0x30;
const WELCOME: u8 = 0x40;
const FIRST: u8 = 1;
const LAST: u8 = 2;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Item<'a> {
    Fragment(Fragment<'a>),
    Heartbeat,
    /// The code of a `Farewell`.
    Farewell(u8),
    /// The end of the handshake, by the responder.
    Welcome(&'a [u8]),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fragment<'a> {
    pub stream: u64,
    pub position: Position,
    pub bytes: &'a [u8],
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Position {
    /// The message is this fragment.
    Whole,
    /// The first of several, with the length of the message.
    First {
        total: u32,
    },
    Middle,
    Last,
}

pub fn write(item: Item, out: &mut Vec<u8>) {
    match item {
        Item::Fragment(fragment) => write_fragment(fragment, out),
        Item::Heartbeat => out.push(HEARTBEAT),
        Item::Farewell(code) => out.extend([FAREWELL, code]),
        Item::Welcome(bytes) => {
            out.push(WELCOME);
            write_bytes(bytes, out);
        }
    }
}

fn write_fragment(fragment: Fragment, out: &mut Vec<u8>) {
    let flags = match fragment.position {
        Position::Whole => FIRST | LAST,
        Position::First { .. } => FIRST,
        Position::Middle => 0,
        Position::Last => LAST,
    };
    out.push(FRAGMENT | flags);
    out.extend(fragment.stream.to_be_bytes());
    if let Position::First { total } = fragment.position {
        out.extend(total.to_be_bytes());
    }
    write_bytes(fragment.bytes, out);
}

/// At most `MAX_FRAGMENT` bytes, so that the length fits.
fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    debug_assert!(bytes.len() <= MAX_FRAGMENT);
    out.extend((bytes.len() as u16).to_be_bytes());
    out.extend(bytes);
}

/// The first item, and what follows it.
pub fn read(plain: &[u8]) -> Result<(Item<'_>, &[u8]), Violation> {
    let mut rest = plain;
    let kind = take::<1>(&mut rest)?[0];
    let item = match kind {
        HEARTBEAT => Item::Heartbeat,
        FAREWELL => Item::Farewell(take::<1>(&mut rest)?[0]),
        WELCOME => Item::Welcome(take_bytes(&mut rest)?),
        _ if kind & !(FIRST | LAST) == FRAGMENT => Item::Fragment(read_fragment(kind, &mut rest)?),
        _ => return Err(Violation::Item),
    };
    Ok((item, rest))
}

fn read_fragment<'a>(kind: u8, rest: &mut &'a [u8]) -> Result<Fragment<'a>, Violation> {
    let stream = u64::from_be_bytes(take(rest)?);
    let position = match (kind & FIRST != 0, kind & LAST != 0) {
        (true, true) => Position::Whole,
        (true, false) => Position::First {
            total: u32::from_be_bytes(take(rest)?),
        },
        (false, false) => Position::Middle,
        (false, true) => Position::Last,
    };
    let bytes = take_bytes(rest)?;
    Ok(Fragment {
        stream,
        position,
        bytes,
    })
}

pub(crate) fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], Violation> {
    let (head, tail) = rest.split_first_chunk::<N>().ok_or(Violation::Item)?;
    *rest = tail;
    Ok(*head)
}

fn take_bytes<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], Violation> {
    let length = usize::from(u16::from_be_bytes(take(rest)?));
    if length > MAX_FRAGMENT {
        return Err(Violation::Item);
    }
    let (bytes, tail) = rest.split_at_checked(length).ok_or(Violation::Item)?;
    *rest = tail;
    Ok(bytes)
}
