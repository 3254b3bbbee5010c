//! Patterns made into programs that search.
//!
//! A pattern is text in the notation of `regex-syntax`, in which `\p{name}` is a standard
//! character set of ours. Strings in the heap have one byte a character or four; so a
//! pattern may have two programs: one for bytes that are Latin-1, which searches a string
//! where it lies, and one for UTF-8, for strings that must be copied out first (or are
//! ASCII, which is both). A pattern with Unicode's boundaries of words has only the latter.
//!
//! Nothing here panics, whatever the pattern; what takes too much room is an error.

use crate::charset::{ranges_pattern, standard_set};
use regex_automata::meta::{Config, Regex};
use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, Hir, HirKind, Look};
use regex_syntax::{Error, ParserBuilder};
use std::cell::OnceCell;

/// Bytes that one program may take.
const SIZE_LIMIT: usize = 8 << 20;

/// Bytes of states that a program may keep while it searches.
const CACHE_SIZE: usize = 1 << 20;

/// Groups inside one another.
const NESTING: u32 = 250;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Encoding {
    Utf8,
    Latin1,
}

/// What has to match: some part of the text, or all of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Extent {
    Part,
    Whole,
}

/// A pattern and its programs, each made when it is first needed.
pub(crate) struct Program {
    utf8: Hir,
    latin1: Option<Hir>,
    engines: [OnceCell<Regex>; 4],
}

impl Program {
    pub(crate) fn new(pattern: &str) -> Result<Program, String> {
        let text = with_sets(pattern)?;
        let mut parser = ParserBuilder::new().utf8(false).nest_limit(NESTING).build();
        let utf8 = parser.parse(&text).map_err(|error| describe(&error))?;
        check_text(&utf8)?;
        let program = Program {
            latin1: latin1(&utf8),
            utf8,
            engines: Default::default(),
        };
        program.engine(Encoding::Utf8, Extent::Part)?;
        Ok(program)
    }

    /// Number of submatches.
    pub(crate) fn groups(&self) -> usize {
        self.utf8.properties().explicit_captures_len()
    }

    pub(crate) fn has_latin1(&self) -> bool {
        self.latin1.is_some()
    }

    pub(crate) fn engine(&self, encoding: Encoding, extent: Extent) -> Result<&Regex, String> {
        let cell = &self.engines[encoding as usize * 2 + extent as usize];
        if cell.get().is_none() {
            // It was empty just now.
            let _ = cell.set(self.build(encoding, extent)?);
        }
        cell.get().ok_or_else(too_large)
    }

    fn build(&self, encoding: Encoding, extent: Extent) -> Result<Regex, String> {
        let part = match (encoding, &self.latin1) {
            (Encoding::Latin1, Some(hir)) => hir.clone(),
            (Encoding::Latin1 | Encoding::Utf8, _) => self.utf8.clone(),
        };
        let hir = match extent {
            Extent::Part => part,
            Extent::Whole => Hir::concat(vec![Hir::look(Look::Start), part, Hir::look(Look::End)]),
        };
        let config = Config::new()
            .utf8_empty(encoding == Encoding::Utf8)
            .nfa_size_limit(Some(SIZE_LIMIT))
            .onepass_size_limit(Some(CACHE_SIZE))
            .hybrid_cache_capacity(CACHE_SIZE);
        let built = Regex::builder().configure(config).build_from_hir(&hir);
        built.map_err(|error| match error.size_limit() {
            Some(_) => too_large(),
            None => format!("the pattern cannot be compiled: {error}"),
        })
    }
}

fn too_large() -> String {
    "the regular expression is too large".into()
}

fn describe(error: &Error) -> String {
    match error {
        Error::Parse(error) => format!("not a regular expression: {}", error.kind()),
        Error::Translate(error) => format!("not a regular expression: {}", error.kind()),
        other => format!("not a regular expression: {other}"),
    }
}

/// The pattern with the ranges of the standard sets that it names.
fn with_sets(pattern: &str) -> Result<String, String> {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let named = escape
            .strip_prefix(r"\p{")
            .and_then(|tail| tail.split_once('}'));
        rest = if let Some((name, tail)) = named {
            match standard_set(name) {
                Some(standard) => out.push_str(&ranges_pattern(&standard.set)),
                None if name.starts_with("gcb=") || name == "Extended_Pictographic" => {
                    out.push_str(&escape[..escape.len() - tail.len()]);
                }
                None => return Err(format!("no character set is named {name}")),
            }
            tail
        } else {
            let escaped = escape.chars().take(2).map(char::len_utf8).sum();
            let (escaped, tail) = escape.split_at(escaped);
            out.push_str(escaped);
            tail
        };
    }
    out.push_str(rest);
    Ok(out)
}

/// Whether the pattern speaks of characters only, never of bytes that are none.
fn check_text(hir: &Hir) -> Result<(), String> {
    let sound = match hir.kind() {
        HirKind::Literal(literal) => str::from_utf8(&literal.0).is_ok(),
        HirKind::Class(Class::Bytes(class)) => class.is_ascii(),
        HirKind::Empty | HirKind::Class(Class::Unicode(_)) | HirKind::Look(_) => true,
        HirKind::Repetition(repetition) => return check_text(&repetition.sub),
        HirKind::Capture(capture) => return check_text(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            return parts.iter().try_for_each(check_text);
        }
    };
    sound
        .then_some(())
        .ok_or_else(|| "the pattern matches bytes that are no character".into())
}

/// The pattern for text in Latin-1, if it has one.
fn latin1(hir: &Hir) -> Option<Hir> {
    let all = |parts: &[Hir]| parts.iter().map(latin1).collect::<Option<Vec<Hir>>>();
    Some(match hir.kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => latin1_literal(&literal.0),
        HirKind::Class(Class::Bytes(class)) => Hir::class(Class::Bytes(class.clone())),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges().iter().filter_map(|range| {
                let start = u8::try_from(u32::from(range.start())).ok()?;
                let end = u8::try_from(u32::from(range.end())).unwrap_or(u8::MAX);
                Some(ClassBytesRange::new(start, end))
            });
            Hir::class(Class::Bytes(ClassBytes::new(ranges)))
        }
        HirKind::Look(look) => Hir::look(byte_look(*look)?),
        HirKind::Repetition(repetition) => {
            let mut copy = repetition.clone();
            copy.sub = Box::new(latin1(&repetition.sub)?);
            Hir::repetition(copy)
        }
        HirKind::Capture(capture) => {
            let mut copy = capture.clone();
            copy.sub = Box::new(latin1(&capture.sub)?);
            Hir::capture(copy)
        }
        HirKind::Concat(parts) => Hir::concat(all(parts)?),
        HirKind::Alternation(parts) => Hir::alternation(all(parts)?),
    })
}

/// A literal in UTF-8, in Latin-1; one that has other characters matches nothing.
fn latin1_literal(utf8: &[u8]) -> Hir {
    let text = str::from_utf8(utf8).unwrap_or_default();
    let bytes: Option<Vec<u8>> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).ok())
        .collect();
    bytes.map_or_else(Hir::fail, Hir::literal)
}

/// The assertion, if bytes are enough to decide it.
fn byte_look(look: Look) -> Option<Look> {
    match look {
        Look::WordUnicode
        | Look::WordUnicodeNegate
        | Look::WordStartUnicode
        | Look::WordEndUnicode
        | Look::WordStartHalfUnicode
        | Look::WordEndHalfUnicode => None,
        Look::Start
        | Look::End
        | Look::StartLF
        | Look::EndLF
        | Look::StartCRLF
        | Look::EndCRLF
        | Look::WordAscii
        | Look::WordAsciiNegate
        | Look::WordStartAscii
        | Look::WordEndAscii
        | Look::WordStartHalfAscii
        | Look::WordEndHalfAscii => Some(look),
    }
}
