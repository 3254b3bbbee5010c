//! The verifier: what makes a stranger's unit harmless to memory.
//!
//! An interpreter or a JIT may trust an accepted unit blindly: every index is in range,
//! every register is defined once and before its uses, every value has the kind that
//! its use needs, every list has the length and kinds of the control point that takes
//! it, every closure is complete before anything but another closure can see it, and
//! no segment allocates more than its bound. A program that is wrong in other ways is
//! its own affair: operations check their operands when they run.
//!
//! Three things cannot be seen here and are the loader's, see [`link`]: that imported
//! units have what is imported, that primitives exist with the recorded effect class,
//! and that calls of them have a number of arguments that they take.
//!
//! Time is linear in the size of the unit (times a logarithm for dominators); nothing
//! recurses. The tables and each segment can be verified apart, so that a body that is
//! decoded late is verified late.
//!
//! | file | checks |
//! |---|---|
//! | `tables` | everything but code: literals, kinds, clauses, procedures, exports |
//! | `segment` | blocks, registers, operands, kinds of a segment |
//! | `inst`, `term` | one instruction, one terminator |
//! | `holes` | that closures with holes are filled before they are seen |
//! | `link` | what needs other units or the table of primitives |

mod holes;
mod inst;
pub mod link;
mod segment;
mod tables;
mod term;

use crate::{ControlPoint, CpId, Unit, ValueKind};
use std::fmt::Display;

pub use segment::verify_segment;
pub use tables::{verify_debug, verify_tables};

/// Why a unit is refused, and where: `literal $3`, `@2 ^1 inst 4`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    pub place: String,
    pub message: String,
}

impl Display for VerifyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl std::error::Error for VerifyError {}

/// A check that does not know its place.
type Check<T = ()> = Result<T, String>;

/// Gives a check its place.
trait At<T> {
    fn at(self, place: impl FnOnce() -> String) -> Result<T, VerifyError>;
}

impl<T> At<T> for Check<T> {
    fn at(self, place: impl FnOnce() -> String) -> Result<T, VerifyError> {
        self.map_err(|message| VerifyError {
            place: place(),
            message,
        })
    }
}

/// Verifies a whole unit.
pub fn verify(unit: &Unit) -> Result<(), VerifyError> {
    verify_tables(unit)?;
    unit.cps
        .iter()
        .enumerate()
        .try_for_each(|(i, cp)| verify_segment(unit, CpId(i as u32), cp))
}

/// Verifies the segments of one procedure, `cps` being its control points in order; the
/// unit's tables have been verified and its own copies may have no blocks.
pub fn verify_body(unit: &Unit, first: CpId, cps: &[ControlPoint]) -> Result<(), VerifyError> {
    cps.iter()
        .enumerate()
        .try_for_each(|(i, cp)| verify_segment(unit, CpId(first.0 + i as u32), cp))
}

fn ensure(holds: bool, message: impl FnOnce() -> String) -> Check {
    if holds { Ok(()) } else { Err(message()) }
}

fn in_range<T: Display>(id: T, index: usize, length: usize, what: &str) -> Check {
    ensure(index < length, || format!("there is no {what} {id}"))
}

/// A kind, for messages.
fn describe(kind: ValueKind) -> String {
    match kind {
        ValueKind::Any => "any value".to_string(),
        ValueKind::Box => "a box".to_string(),
        ValueKind::Closure(cp) => format!("a closure of {cp}"),
    }
}
