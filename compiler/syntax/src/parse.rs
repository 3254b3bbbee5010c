//! From the tokens of one datum to the datum: runs the generated parser and
//! explains its refusals.
//!
//! The parser keeps its state in a vector, so nesting costs no Rust stack. The
//! caller has matched parentheses already; what can still be wrong is the place
//! of a dot and the contents of a bytevector.

use crate::datum::Datum;
use crate::diag::Diagnostic;
use crate::lexer::Spanned;
use crate::number::Number;
use crate::span::{FileId, Span};
use crate::symbol::Symbol;
use crate::token::Token;
use lalrpop_util::{ParseError, lalrpop_mod};

lalrpop_mod!(
    #[allow(clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    grammar
);

/// The datum that `tokens` are, commented-out data before it included.
pub fn parse(file: FileId, tokens: &[Spanned]) -> Result<Datum, Diagnostic> {
    let stream = tokens.iter().cloned().map(Ok);
    grammar::DatumParser::new()
        .parse(file, stream)
        .map_err(|error| explain(file, tokens, error))
}

fn explain(
    file: FileId,
    tokens: &[Spanned],
    error: ParseError<usize, Token, Diagnostic>,
) -> Diagnostic {
    let place = match error {
        ParseError::User { error } => return error,
        ParseError::UnrecognizedToken {
            token: (start, _, _),
            ..
        }
        | ParseError::ExtraToken {
            token: (start, _, _),
        } => start,
        ParseError::UnrecognizedEof { location, .. } | ParseError::InvalidToken { location } => {
            location
        }
    };
    let index = tokens.partition_point(|(start, _, _)| *start < place);
    match tokens.get(index) {
        Some(_) => unexpected(file, tokens, index),
        None => Diagnostic::new(
            "unfinished-datum",
            "a datum is missing here",
            Span::at(file, place, place),
        ),
    }
}

/// Explains why the token at `index` cannot follow those before it.
fn unexpected(file: FileId, tokens: &[Spanned], index: usize) -> Diagnostic {
    let (start, token, end) = &tokens[index];
    let span = Span::at(file, *start, *end);
    let before = index
        .checked_sub(1)
        .and_then(|previous| tokens.get(previous));
    let after_dot = before.is_some_and(|(_, token, _)| matches!(token, Token::Dot));
    match token {
        Token::Close => Diagnostic::new("bad-dot", "expected a datum between `.` and `)`", span),
        Token::Dot if after_dot => Diagnostic::new("bad-dot", "expected a datum after `.`", span),
        Token::Dot => misplaced_dot(file, tokens, index, span),
        Token::Open
        | Token::OpenVector
        | Token::OpenBytevector
        | Token::Skip
        | Token::Quote(_)
        | Token::Label(_)
        | Token::Atom(_) => second_tail(file, tokens, index, span),
    }
}

/// A dot after a quote, in a vector, or after another dot's datum.
fn misplaced_dot(file: FileId, tokens: &[Spanned], index: usize, span: Span) -> Diagnostic {
    if let Some((_, Token::Quote(_) | Token::Label(_) | Token::Skip, _)) = tokens[..index].last() {
        return Diagnostic::new("bad-dot", "expected a datum, not a `.`", span);
    }
    match opener(tokens, index) {
        Some((_, Token::OpenVector, _)) => {
            Diagnostic::new("bad-dot", "a vector has no place for a `.`", span)
        }
        Some((_, Token::OpenBytevector, _)) => {
            Diagnostic::new("bad-dot", "a bytevector has no place for a `.`", span)
        }
        Some(_) | None => second_tail(file, tokens, index, span),
    }
}

fn second_tail(file: FileId, tokens: &[Spanned], index: usize, span: Span) -> Diagnostic {
    let found = Diagnostic::new(
        "bad-dot",
        "expected `)`: only one datum follows a `.`",
        span,
    );
    match dot_before(tokens, index) {
        Some((start, _, end)) => found.with_label(Span::at(file, *start, *end), "the `.` is here"),
        None => found,
    }
}

/// The opening token of the list in which the token at `index` stands.
fn opener(tokens: &[Spanned], index: usize) -> Option<&Spanned> {
    enclosing(tokens, index, is_opening)
}

/// The dot that stands in the same list as the token at `index`, before it.
fn dot_before(tokens: &[Spanned], index: usize) -> Option<&Spanned> {
    enclosing(tokens, index, |token| matches!(token, Token::Dot))
}

/// The last token before `index`, outside of the lists closed by then, that
/// satisfies `wanted`.
fn enclosing(
    tokens: &[Spanned],
    index: usize,
    wanted: impl Fn(&Token) -> bool,
) -> Option<&Spanned> {
    let mut closed = 0usize;
    for spanned in tokens[..index].iter().rev() {
        if closed == 0 && wanted(&spanned.1) {
            return Some(spanned);
        }
        if matches!(spanned.1, Token::Close) {
            closed += 1;
        } else if is_opening(&spanned.1) {
            closed = closed.saturating_sub(1);
        }
    }
    None
}

fn is_opening(token: &Token) -> bool {
    matches!(
        token,
        Token::Open | Token::OpenVector | Token::OpenBytevector
    )
}

/// Actions of the grammar.
pub fn list(items: Vec<Datum>, closing: Span, span: Span) -> Datum {
    let end = if items.is_empty() { span } else { closing };
    Datum::list_with_tail(items, Datum::null(end), span)
}

pub fn dotted_list(
    items: Vec<Datum>,
    dot: Span,
    tail: Datum,
    span: Span,
) -> Result<Datum, ParseError<usize, Token, Diagnostic>> {
    if items.is_empty() {
        let error = Diagnostic::new("bad-dot", "expected a datum before `.`", dot);
        return Err(ParseError::User { error });
    }
    Ok(Datum::list_with_tail(items, tail, span))
}

/// `'datum` is `(quote datum)`; the symbol gets the place of the mark.
pub fn quotation(name: Symbol, mark: Span, datum: Datum, span: Span) -> Datum {
    let end = Datum::null(span.tail());
    Datum::list_with_tail(vec![Datum::symbol(name, mark), datum], end, span)
}

pub fn bytevector(
    items: Vec<Datum>,
    span: Span,
) -> Result<Datum, ParseError<usize, Token, Diagnostic>> {
    let bytes: Result<Vec<u8>, Diagnostic> = items.iter().map(byte).collect();
    match bytes {
        Ok(bytes) => Ok(Datum::bytevector(bytes, span)),
        Err(error) => Err(ParseError::User { error }),
    }
}

fn byte(datum: &Datum) -> Result<u8, Diagnostic> {
    let value = datum.as_number().and_then(Number::as_fixnum);
    value
        .and_then(|value| u8::try_from(value).ok())
        .ok_or_else(|| {
            let message = "expected an exact integer from 0 to 255 in a bytevector";
            Diagnostic::new("bad-byte", message, datum.span)
        })
}
