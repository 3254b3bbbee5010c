//! From text to data, also while the text is still arriving.
//!
//! A datum is read in two steps: its tokens are gathered until it is complete,
//! then the grammar builds it. What is open - parentheses, quotes, labels,
//! `#;` - stands on a stack meanwhile, which tells when the datum is complete
//! and what is missing when the text ends too early.
//!
//! States of a [`ReadState`]: *between data* (nothing gathered) and *inside one*
//! (tokens gathered, something open). `Ok` and `Invalid` lead to the first,
//! `Incomplete` leaves it in either.

use crate::datum::{Datum, DatumKind};
use crate::diag::Diagnostic;
use crate::labels::check_labels;
use crate::lexer::{Input, Lexer, Spanned};
use crate::parse::parse;
use crate::span::{FileId, Span};
use crate::token::Token;

/// How deep data may be nested in text. Deeper data can be built and handled,
/// but later stages may recurse over what programs nest.
pub const MAX_NESTING: usize = 4000;

/// Why no datum could be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReadError {
    /// More text could complete it; the diagnostic is for when none comes.
    Incomplete(Diagnostic),
    Invalid(Diagnostic),
}

impl ReadError {
    pub fn into_diagnostic(self) -> Diagnostic {
        match self {
            ReadError::Incomplete(diagnostic) | ReadError::Invalid(diagnostic) => diagnostic,
        }
    }
}

/// All data of one complete text.
pub fn read_all(file: FileId, text: &str) -> Result<Vec<Datum>, Diagnostic> {
    Reader::new(file, text).collect()
}

/// The datum at or after the byte offset `position`, and the offset just past
/// it; `None` when only blanks and comments are left. `#!fold-case` does not
/// outlast the call; a [`ReadState`] remembers it.
pub fn next_datum(
    file: FileId,
    text: &str,
    position: usize,
) -> Result<Option<(Datum, usize)>, ReadError> {
    let mut state = ReadState::starting_at(file, position);
    let datum = state.resume(text, true)?;
    Ok(datum.map(|datum| (datum, state.position())))
}

/// The data of one complete text, in order; ends at the first error.
pub struct Reader<'t> {
    text: &'t str,
    state: ReadState,
    failed: bool,
}

impl<'t> Reader<'t> {
    pub fn new(file: FileId, text: &'t str) -> Reader<'t> {
        Reader {
            text,
            state: ReadState::new(file),
            failed: false,
        }
    }

    /// As if the text began with `#!fold-case` (for `include-ci`).
    pub fn folding_case(mut self) -> Reader<'t> {
        self.state.set_fold_case(true);
        self
    }

    /// Byte offset just past the last datum.
    pub fn position(&self) -> usize {
        self.state.position()
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Datum, Diagnostic>;

    fn next(&mut self) -> Option<Result<Datum, Diagnostic>> {
        if self.failed {
            return None;
        }
        let read = self
            .state
            .resume(self.text, true)
            .map_err(ReadError::into_diagnostic);
        self.failed = read.is_err();
        read.transpose()
    }
}

/// Where the reader stands in a text that may still grow. It holds no text;
/// each call is given all of it, from the same beginning.
pub struct ReadState {
    lexer: Lexer,
    tokens: Vec<Spanned>,
    open: Vec<Open>,
    has_labels: bool,
    margin: Option<AtMargin>,
}

/// Something that waits for the rest of a datum.
#[derive(Clone, Copy)]
struct Open {
    kind: OpenKind,
    span: Span,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum OpenKind {
    /// Up to its closing parenthesis.
    List,
    /// A quote or a label, for one datum, of which it makes another.
    Prefix,
    /// `#;`, for one datum, which is then as if it had not been there.
    Skip,
}

/// A parenthesis at the left margin, met while `depth` others were open, the
/// last of them at `inside`: there the author may have thought all closed.
#[derive(Clone, Copy)]
struct AtMargin {
    span: Span,
    depth: usize,
    inside: Span,
}

impl ReadState {
    pub fn new(file: FileId) -> ReadState {
        ReadState::starting_at(file, 0)
    }

    /// For a text of which the first `position` bytes are not to be read. A
    /// `#!` line is skipped at offset 0 only.
    pub fn starting_at(file: FileId, position: usize) -> ReadState {
        ReadState {
            lexer: Lexer::new(file, position),
            tokens: Vec::new(),
            open: Vec::new(),
            has_labels: false,
            margin: None,
        }
    }

    pub fn set_fold_case(&mut self, folding: bool) {
        self.lexer.set_folding(folding);
    }

    /// Byte offset in the text: past the last datum, past the offending token
    /// after an `Invalid` error.
    pub fn position(&self) -> usize {
        self.lexer.position()
    }

    /// Says how many bytes at the beginning of the text are done with. The next
    /// call is given the text without them; spans go on counting.
    pub fn consume(&mut self) -> usize {
        self.lexer.rebase()
    }

    /// The next datum. `ended` says that `text` will not grow; otherwise an
    /// atom at its very end is incomplete, and so is text without a datum.
    /// `None` when the text has ended and only blanks and comments were left.
    pub fn resume(&mut self, text: &str, ended: bool) -> Result<Option<Datum>, ReadError> {
        let result = self.gather(Input { text, ended });
        if matches!(result, Ok(_) | Err(ReadError::Invalid(_))) {
            self.reset();
        }
        result
    }

    fn gather(&mut self, input: Input<'_>) -> Result<Option<Datum>, ReadError> {
        while let Some(token) = self.lexer.next(input)? {
            if self.push(token, input.text).map_err(ReadError::Invalid)? {
                return self.build().map(Some).map_err(ReadError::Invalid);
            }
        }
        if input.ended && self.tokens.is_empty() {
            return Ok(None);
        }
        Err(ReadError::Incomplete(self.missing(input.text)))
    }

    fn reset(&mut self) {
        self.tokens.clear();
        self.open.clear();
        self.has_labels = false;
        self.margin = None;
    }

    fn build(&self) -> Result<Datum, Diagnostic> {
        let datum = parse(self.lexer.file(), &self.tokens)?;
        if self.has_labels {
            check_labels(&datum)?;
        }
        Ok(datum)
    }

    /// Adds a token; true when it completes the datum.
    fn push(&mut self, spanned: Spanned, text: &str) -> Result<bool, Diagnostic> {
        let span = Span::at(self.lexer.file(), spanned.0, spanned.2);
        let completes_one = match &spanned.1 {
            Token::Open | Token::OpenVector | Token::OpenBytevector => {
                self.note_margin(span, text);
                self.begin(OpenKind::List, span)?;
                false
            }
            Token::Quote(_) => {
                self.begin(OpenKind::Prefix, span)?;
                false
            }
            Token::Label(_) => {
                self.has_labels = true;
                self.begin(OpenKind::Prefix, span)?;
                false
            }
            Token::Skip => {
                self.begin(OpenKind::Skip, span)?;
                false
            }
            Token::Close => {
                self.close(span)?;
                true
            }
            Token::Dot => {
                self.check_dot(span)?;
                false
            }
            Token::Atom(kind) => {
                self.has_labels |= matches!(kind, DatumKind::LabelRef(_));
                true
            }
        };
        self.tokens.push(spanned);
        Ok(completes_one && self.complete_one())
    }

    fn begin(&mut self, kind: OpenKind, span: Span) -> Result<(), Diagnostic> {
        if self.open.len() >= MAX_NESTING {
            let message = format!("data nested too deep (more than {MAX_NESTING} levels)");
            return Err(Diagnostic::new("nesting-too-deep", message, span));
        }
        self.open.push(Open { kind, span });
        Ok(())
    }

    fn close(&mut self, span: Span) -> Result<(), Diagnostic> {
        match self.open.pop() {
            Some(Open {
                kind: OpenKind::List,
                ..
            }) => Ok(()),
            Some(Open { span: mark, .. }) => {
                Err(
                    Diagnostic::new("missing-datum", "expected a datum before this `)`", span)
                        .with_label(mark, "this applies to the datum that follows it"),
                )
            }
            None => Err(Diagnostic::new(
                "unexpected-close",
                "this `)` closes nothing",
                span,
            )),
        }
    }

    fn check_dot(&self, span: Span) -> Result<(), Diagnostic> {
        if self.open.is_empty() {
            return Err(Diagnostic::new(
                "bad-dot",
                "a `.` has a meaning only inside a list",
                span,
            ));
        }
        Ok(())
    }

    /// Settles what waited for the datum that has just ended; true when that
    /// was the whole datum.
    fn complete_one(&mut self) -> bool {
        while let Some(innermost) = self.open.last() {
            match innermost.kind {
                OpenKind::List => return false,
                OpenKind::Prefix => {
                    self.open.pop();
                }
                OpenKind::Skip => {
                    self.open.pop();
                    if self.open.is_empty() {
                        self.reset();
                    }
                    return false;
                }
            }
        }
        true
    }

    fn note_margin(&mut self, span: Span, text: &str) {
        let start = self.lexer.position().saturating_sub(span.len() as usize);
        if self.margin.is_none()
            && text[..start].ends_with(['\n', '\r'])
            && let Some(inside) = self.open.last()
        {
            self.margin = Some(AtMargin {
                span,
                depth: self.open.len(),
                inside: inside.span,
            });
        }
    }

    /// What to say when the text ends here.
    fn missing(&self, text: &str) -> Diagnostic {
        let end = self.lexer.end_span(text);
        let Some(innermost) = self.open.last() else {
            return Diagnostic::new("no-datum", "the text ends before a datum", end);
        };
        if innermost.kind != OpenKind::List {
            return Diagnostic::new(
                "missing-datum",
                "expected a datum after this",
                innermost.span,
            )
            .with_label(end, "the text ends here");
        }
        let unclosed = |span| {
            Diagnostic::new("unclosed-list", "this parenthesis is never closed", span)
                .with_label(end, "the text ends here")
        };
        match self.margin {
            Some(AtMargin {
                span,
                depth,
                inside,
            }) if self
                .open
                .get(depth - 1)
                .is_some_and(|open| open.span == inside) =>
            {
                unclosed(inside).with_label(span, "a `)` may be missing before this line")
            }
            Some(_) | None => unclosed(innermost.span),
        }
    }
}
