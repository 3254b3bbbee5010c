//! Printing values (R7RS 6.13.3): `write` in its three forms, and `display`.
//!
//! What has no written form is shown as `#<kind ...>`. How strings, symbols, characters
//! and numbers are written is in `termite-syntax`.

mod labels;
mod printer;
#[cfg(test)]
mod tests;

pub use printer::{Style, print, write_to_string};

use crate::args::{self, optional, out_of_memory};
use crate::table::primitives;
use labels::{Labels, labelled};
use termite_abi::Value;
use termite_vm::{Cx, Outcome, Raise};

primitives! {
    /// `(object->string x [max])` is `x` as `write` prints it, cut at `max` characters.
    "object->string" (1..=2) Alloc => object_to_string;
    /// `(%display->string x)` is `x` as `display` prints it.
    "%display->string" (1) Alloc => |cx, args| {
        let text = printed(cx, args[0], Style::Display)?;
        Ok(cx.heap().string(&text))
    };
}

/// Longer texts are refused.
const LONGEST: usize = 1 << 28;

/// Whether some part of the value contains itself.
pub(crate) fn is_circular(v: Value) -> bool {
    !labelled(v, Labels::Cycles).is_empty()
}

/// The whole text of a value; raises if it is too long.
pub(crate) fn printed(cx: &mut Cx<'_>, v: Value, style: Style) -> Result<String, Raise> {
    let (text, whole) = print(cx.node, v, style, LONGEST);
    if whole {
        Ok(text)
    } else {
        Err(out_of_memory())
    }
}

fn object_to_string(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    let text = match optional(args, 1) {
        Some(_) => {
            let most = args::size(args, 1)?.min(LONGEST / 4);
            shorten(&print(cx.node, args[0], Style::Write, most * 4).0, most)
        }
        None => printed(cx, args[0], Style::Write)?,
    };
    Ok(cx.heap().string(&text))
}

/// At most `most` characters, the last three being points if any are missing.
fn shorten(text: &str, most: usize) -> String {
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    let kept = text.chars().take(most.saturating_sub(3));
    kept.chain(std::iter::repeat_n('.', most.min(3))).collect()
}
