//! Sets of characters (SRFI 14): what is worth doing in Rust.
//!
//! To the primitives a set is a bytevector, as `set` describes it, or the name of a
//! standard one; the record around either, and all that calls procedures, is in
//! `lib-scheme`. Both can be sent to other nodes.

mod set;
mod standard;

use crate::args::{self, character, range, wrong};
use crate::string::{check_string_room, text};
use crate::table::primitives;
pub(crate) use set::{CharSet, LIMIT, Members};
pub(crate) use standard::find as standard_set;
use standard::of_symbol;
use std::borrow::Cow;
use std::fmt::Write;
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, Text, symbol_name};
use termite_vm::{Cx, Outcome, Raise};

primitives! {
    /// `(%char-set-contains? set char)` is whether `char` is a member.
    "%char-set-contains?" (2) Pure => |_, args| {
        Ok(Value::bool(members(args, 0)?.contains(character(args, 1)?)))
    };
    /// `(%string->char-set string)` is the set of its characters.
    "%string->char-set" (1) Alloc => |cx, args| {
        let set = CharSet::from_chars(text(args, 0)?.chars());
        made(cx, &set)
    };
    /// `(%ranges->char-set codes)` is the set of the ranges of code points in a list: first
    /// one inside, first one after it, and so on.
    "%ranges->char-set" (1) Alloc => |cx, args| {
        let set = CharSet::from_ranges(pairs_of_codes(args)?);
        made(cx, &set)
    };
    /// `(%char-set->ranges set)` is a list of its ranges of code points, as
    /// `%ranges->char-set` takes it.
    "%char-set->ranges" (1) Alloc => |cx, args| {
        let set = set_of(args, 0)?;
        let codes: Vec<Value> = set.ranges().flat_map(|(a, b)| [a, b]).map(code_value).collect();
        args::check_words(cx.heap(), codes.len().saturating_mul(2))?;
        Ok(cx.heap().list(&codes))
    };
    /// `(%char-set-bytes set)` is a bytevector that is the same for the same members.
    "%char-set-bytes" (1) Alloc => |cx, args| made(cx, &*set_of(args, 0)?);
    /// `(%char-set-union a b)` has the members of either.
    "%char-set-union" (2) Alloc => |cx, args| combine(cx, args, CharSet::union);
    /// `(%char-set-intersection a b)` has the members of both.
    "%char-set-intersection" (2) Alloc => |cx, args| combine(cx, args, CharSet::intersection);
    /// `(%char-set-difference a b)` has the members of `a` that are none of `b`.
    "%char-set-difference" (2) Alloc => |cx, args| combine(cx, args, CharSet::difference);
    /// `(%char-set-xor a b)` has the members of exactly one of them.
    "%char-set-xor" (2) Alloc => |cx, args| combine(cx, args, CharSet::xor);
    /// `(%char-set-complement set)` has all other characters.
    "%char-set-complement" (1) Alloc => |cx, args| {
        let set = set_of(args, 0)?.complement();
        made(cx, &set)
    };
    /// `(%char-set-fold-case set ascii?)` has all that differs from a member by case only;
    /// if `ascii?`, only letters of ASCII have case.
    "%char-set-fold-case" (2) Alloc => |cx, args| {
        let set = set_of(args, 0)?;
        let folded = if args[1].is_true() { set.fold_ascii_case() } else { set.fold_case() };
        made(cx, &folded)
    };
    /// `(%char-set-size set)` is its number of members.
    "%char-set-size" (1) Pure => |_, args| Ok(Value::fixnum(set_of(args, 0)?.size() as i64));
    /// `(%char-set=? a b)` is whether they have the same members.
    "%char-set=?" (2) Pure => |_, args| Ok(Value::bool(set_of(args, 0)? == set_of(args, 1)?));
    /// `(%char-set<=? a b)` is whether all members of `a` are members of `b`.
    "%char-set<=?" (2) Pure => |_, args| {
        let (a, b) = (set_of(args, 0)?, set_of(args, 1)?);
        Ok(Value::bool(a.difference(&b) == CharSet::default()))
    };
    /// `(%char-set-next set code)` is the code point of the first member from `code` on,
    /// else `#f`.
    "%char-set-next" (2) Pure => |_, args| {
        let from = u32::try_from(args::size(args, 1)?).unwrap_or(LIMIT);
        let next = members(args, 0)?.next(from);
        Ok(next.map_or(Value::FALSE, code_value))
    };
    /// `(%char-set->pattern set)` is what stands for it inside the brackets of a regular
    /// expression.
    "%char-set->pattern" (1) Alloc => |cx, args| {
        let pattern = pattern(args)?;
        check_string_room(cx.heap(), pattern.len())?;
        Ok(cx.heap().string(&pattern))
    };
    /// `(%string-index-in string set member? [start [end]])` is the index of the first
    /// character that is a member, or none if not `member?`; else `#f`.
    "%string-index-in" (3..=5) Leaf => |_, args| {
        let (text, start, wanted) = search_range(args)?;
        let at = |found: usize| Value::fixnum((start + found) as i64);
        let found = match text.latin1() {
            Some(bytes) => bytes.iter().position(|&byte| wanted.holds_byte(byte)),
            None => text.chars().position(|c| wanted.holds(c)),
        };
        Ok(found.map_or(Value::FALSE, at))
    };
    /// `(%string-rindex-in string set member? [start [end]])` is the index of the last
    /// character that is a member, or none if not `member?`; else `#f`.
    "%string-rindex-in" (3..=5) Leaf => |_, args| {
        let (text, start, wanted) = search_range(args)?;
        let found = text.chars().rposition(|c| wanted.holds(c));
        Ok(found.map_or(Value::FALSE, |found| Value::fixnum((start + found) as i64)))
    };
    /// `(%string-count-in string set member? [start [end]])` is the number of characters
    /// that are members, or none if not `member?`.
    "%string-count-in" (3..=5) Leaf => |_, args| {
        let (text, _, wanted) = search_range(args)?;
        let count = match text.latin1() {
            Some(bytes) => bytes.iter().filter(|&&byte| wanted.holds_byte(byte)).count(),
            None => text.chars().filter(|&c| wanted.holds(c)).count(),
        };
        Ok(Value::fixnum(count as i64))
    };
}

const EXPECTED: &str = "a character set";

fn code_value(code: u32) -> Value {
    Value::fixnum(code.into())
}

fn made(cx: &mut Cx<'_>, set: &CharSet) -> Outcome {
    let bytes = set.to_bytes();
    args::check_room(cx.heap(), bytes.len())?;
    Ok(cx.heap().bytevector(&bytes))
}

/// Argument `i`, a set.
fn set_of(args: &[Value], i: usize) -> Result<Cow<'static, CharSet>, Raise> {
    let v = args[i];
    let set = if heap::is_kind(v, Kind::Bytevector) {
        CharSet::from_bytes(heap::bytes(v)).map(Cow::Owned)
    } else if heap::is_kind(v, Kind::Symbol) {
        of_symbol(v).map(|standard| Cow::Borrowed(&standard.set))
    } else {
        None
    };
    set.ok_or_else(|| wrong(args, i, EXPECTED))
}

/// Argument `i`, a set, to be asked about members only.
fn members<'a>(args: &[Value], i: usize) -> Result<Members<'a>, Raise> {
    let v = args[i];
    if heap::is_kind(v, Kind::Bytevector) {
        return Ok(Members(heap::bytes(v)));
    }
    match of_symbol(v) {
        Some(standard) => Ok(Members(&standard.bytes)),
        None => Err(wrong(args, i, EXPECTED)),
    }
}

fn combine(cx: &mut Cx<'_>, args: &[Value], how: fn(&CharSet, &CharSet) -> CharSet) -> Outcome {
    let set = how(&*set_of(args, 0)?, &*set_of(args, 1)?);
    made(cx, &set)
}

fn pairs_of_codes(args: &[Value]) -> Result<Vec<(u32, u32)>, Raise> {
    let code = |v: &Value| {
        let code = v.is_fixnum().then(|| u32::try_from(v.as_fixnum()).ok());
        code.flatten().filter(|&code| code <= LIMIT)
    };
    let codes: Option<Vec<u32>> = args::list(args, 0)?.iter().map(code).collect();
    let codes = codes.ok_or_else(|| wrong(args, 0, "a list of code points"))?;
    Ok(codes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|&[a, b]| (a, b))
        .collect())
}

/// A standard set goes by its name, so that patterns stay short.
fn pattern(args: &[Value]) -> Result<String, Raise> {
    if heap::is_kind(args[0], Kind::Symbol) {
        members(args, 0)?;
        return Ok(format!(r"\p{{{}}}", symbol_name(args[0])));
    }
    Ok(ranges_pattern(&*set_of(args, 0)?))
}

/// The ranges in the notation of `regex-syntax`.
pub(crate) fn ranges_pattern(set: &CharSet) -> String {
    let mut out = String::new();
    for (start, end) in set.ranges() {
        // Writing to a string does not fail.
        let _ = match end - start {
            1 => write!(out, r"\x{{{start:x}}}"),
            _ => write!(out, r"\x{{{start:x}}}-\x{{{:x}}}", end - 1),
        };
    }
    out
}

/// What a search looks for: the members of a set, or all but them.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    members: Members<'a>,
    inside: bool,
}

impl Wanted<'_> {
    fn holds(self, c: char) -> bool {
        self.members.contains(c) == self.inside
    }

    fn holds_byte(self, byte: u8) -> bool {
        self.members.contains_byte(byte) == self.inside
    }
}

/// The arguments string, set, member?, start, end: the text, where it starts, what to find.
fn search_range<'a>(args: &[Value]) -> Result<(Text<'a>, usize, Wanted<'a>), Raise> {
    let text = text(args, 0)?;
    let wanted = Wanted {
        members: members(args, 1)?,
        inside: args[2].is_true(),
    };
    let range = range(args, 3, text.len())?;
    Ok((text.slice(range.start, range.end), range.start, wanted))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn character_sets() {
        check(
            r#"
            (%char-set-contains? 'letter #\λ) => #t
            (%char-set-contains? (%string->char-set "aλ") #\λ) => #t
            (%char-set-contains? (%string->char-set "aλ") #\b) => #f
            (%char-set-contains? 'nonsense #\b) => error: char-set-contains?: argument 1 must be a character set, but is nonsense
            (%char-set-size (bytevector 1 2)) => error: char-set-size: argument 1 must be a character set, but is #u8(1 2)
            (%char-set->ranges (%ranges->char-set '(70 80 65 66 66 68))) => (65 68 70 80)
            (%char-set->ranges (%ranges->char-set '(55000 60000))) => (55000 55296 57344 60000)
            (%ranges->char-set '(1 -2)) => error: ranges->char-set: argument 1 must be a list of code points, but is (1 -2)
            (%char-set-size (%char-set-complement 'full)) => 0
            (%char-set=? 'ascii (%ranges->char-set '(0 128))) => #t
            (%char-set<=? 'digit 'letter+digit) => #t
            (%char-set<=? 'letter+digit 'digit) => #f
            (%char-set-next (%string->char-set "az") 98) => 122
            (%char-set-next (%string->char-set "az") 123) => #f
            (%char-set-next 'full 55300) => 57344
            (%char-set->pattern (%string->char-set "abcλ")) => "\\x{61}-\\x{63}\\x{3bb}"
            (%char-set->pattern 'letter) => "\\p{letter}"
            (%string-index-in "ab1" 'digit #t) => 2
            (%string-index-in "ab1λ" 'letter #f) => 2
            (%string-index-in "ab1" 'digit #t 0 2) => #f
            (%string-rindex-in "1b1b" 'digit #t) => 2
            (%string-count-in "1λ1b" 'digit #f) => 2
            "#,
        );
    }
}
