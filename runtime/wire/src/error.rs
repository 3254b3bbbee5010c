//! What goes wrong: a value that cannot be written, bytes that cannot be read.

use crate::context::Refusal;
use std::fmt;
use termite_heap::Unsendable;

/// Why a message was not written.
#[derive(Clone, PartialEq, Debug)]
pub enum EncodeError {
    /// It holds something that has no meaning elsewhere.
    Unsendable(Unsendable),
    /// It exceeds a limit, which this is, in size, objects, or the size or number of the
    /// names in it.
    TooLarge(usize),
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EncodeError::Unsendable(u) => write!(f, "{:?} cannot be sent", u.value),
            EncodeError::TooLarge(limit) => {
                write!(
                    f,
                    "a message is too large: the limit that it exceeds is {limit}"
                )
            }
        }
    }
}

impl std::error::Error for EncodeError {}

/// Bytes that are no message or frame: where, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DecodeError {
    /// Offset from the start.
    pub at: usize,
    pub fault: Fault,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Written by a version that is not known here.
    Version(u8),
    /// Ends too early, or a count is more than what is left can hold.
    Truncated,
    /// Something follows the end.
    Trailing,
    /// A number that is out of range or not as short as can be.
    Number,
    /// A string that is no UTF-8.
    Utf8,
    /// No such thing of that sort.
    Unknown(&'static str, u64),
    /// More of something than is allowed.
    Limit(&'static str, usize),
    /// Something that cannot be where it stands.
    Misplaced(&'static str),
    /// The heap has no room for it.
    NoRoom,
    /// The node does not take it.
    Refused(String),
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Fault {
        Fault::Refused(refusal.0)
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fault {
            Fault::Version(v) => write!(f, "written in version {v}, which is not known here")?,
            Fault::Truncated => write!(f, "ends too early")?,
            Fault::Trailing => write!(f, "something follows the end")?,
            Fault::Number => write!(f, "bad number")?,
            Fault::Utf8 => write!(f, "bad UTF-8")?,
            Fault::Unknown(what, n) => write!(f, "there is no {what} {n}")?,
            Fault::Limit(what, most) => write!(f, "more than {most} {what}")?,
            Fault::Misplaced(what) => write!(f, "{what} cannot be here")?,
            Fault::NoRoom => write!(f, "the heap has no room for it")?,
            Fault::Refused(why) => write!(f, "{why}")?,
        }
        write!(f, " (at byte {})", self.at)
    }
}

impl std::error::Error for DecodeError {}
