//! From text to tokens, one at a time, over a text that may still grow.
//!
//! The lexer holds no text: each call is given all of it from the same origin,
//! possibly longer than the last time, and whether that is the end. A token
//! that the text does not yet contain whole is an [`ReadError::Incomplete`];
//! the next call goes on where the scan stopped, so that a long string arriving
//! in many pieces is scanned once.
//!
//! A token is found first and decoded afterwards: finding its end needs no
//! knowledge of what it means.
//!
//! Invariants between calls: `position <= scanned`; everything before
//! `position` is done with. After an error of the kind `Invalid`, `position` is
//! past the offending token.

use crate::atom::{AtomFault, character, hash_atom, plain_atom, special};
use crate::chars::is_delimiter;
use crate::datum::DatumKind;
use crate::diag::Diagnostic;
use crate::escape::unescape;
use crate::reader::ReadError;
use crate::span::{FileId, Span};
use crate::symbol::Symbol;
use crate::token::Token;

pub struct Lexer {
    file: FileId,
    /// What spans count from: the text given may begin later in the file.
    origin: usize,
    position: usize,
    /// How far the token or comment at `position` has been scanned in vain.
    scanned: usize,
    /// How many `#|` of the comment at `position` were open at `scanned`.
    comment_depth: usize,
    folding: bool,
}

/// The text of one call.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    pub text: &'a str,
    /// No more will follow.
    pub ended: bool,
}

/// A token with where it begins and ends, as offsets in the file.
pub type Spanned = (usize, Token, usize);

type Lexed = Result<Spanned, ReadError>;

impl Lexer {
    pub fn new(file: FileId, position: usize) -> Lexer {
        Lexer {
            file,
            origin: 0,
            position,
            scanned: position,
            comment_depth: 0,
            folding: false,
        }
    }

    pub fn set_folding(&mut self, folding: bool) {
        self.folding = folding;
    }

    pub fn file(&self) -> FileId {
        self.file
    }

    pub fn position(&self) -> usize {
        self.position
    }

    /// Forgets the text before `position`, which callers drop as well.
    pub fn rebase(&mut self) -> usize {
        let consumed = self.position;
        self.origin += consumed;
        self.scanned -= consumed;
        self.position = 0;
        consumed
    }

    /// A span from offsets in the current text.
    pub fn span(&self, start: usize, end: usize) -> Span {
        Span::at(self.file, self.origin + start, self.origin + end)
    }

    /// Where the text ends, for a human: before the last blanks.
    pub fn end_span(&self, text: &str) -> Span {
        let end = text.trim_end().len();
        self.span(end, end)
    }

    /// The next token; `None` where only blanks and comments are left.
    pub fn next(&mut self, input: Input<'_>) -> Result<Option<Spanned>, ReadError> {
        while self.skip_blank(input)? {
            if let Some(token) = self.token(input)? {
                return Ok(Some(token));
            }
        }
        Ok(None)
    }

    /// Moves to the next token; false when there is none.
    fn skip_blank(&mut self, input: Input<'_>) -> Result<bool, ReadError> {
        loop {
            let rest = &input.text[self.position..];
            let blanks = rest.len() - rest.trim_start().len();
            if blanks > 0 {
                self.advance_to(self.position + blanks);
                continue;
            }
            let at_file_start = self.origin + self.position == 0;
            if rest.is_empty() {
                return Ok(false);
            } else if at_file_start && rest.starts_with('\u{feff}') {
                self.advance_to(self.position + '\u{feff}'.len_utf8());
            } else if rest.starts_with(';') || (at_file_start && is_shebang(rest)) {
                if !self.skip_line(input) {
                    return Ok(false);
                }
            } else if rest.starts_with("#|") {
                self.skip_block(input)?;
            } else {
                return Ok(true);
            }
        }
    }

    /// Moves to the end of the line; false when that has not arrived yet.
    fn skip_line(&mut self, input: Input<'_>) -> bool {
        match input.text[self.scanned..].find(['\n', '\r']) {
            Some(length) => self.advance_to(self.scanned + length),
            None if input.ended => self.advance_to(input.text.len()),
            None => {
                self.scanned = input.text.len();
                return false;
            }
        }
        true
    }

    /// A nested comment, from its first `#|` to the `|#` that matches.
    fn skip_block(&mut self, input: Input<'_>) -> Result<(), ReadError> {
        let bytes = input.text.as_bytes();
        while let Some(pair) = bytes.get(self.scanned..self.scanned + 2) {
            let step = match pair {
                b"#|" => {
                    self.comment_depth += 1;
                    2
                }
                b"|#" => {
                    self.comment_depth -= 1;
                    2
                }
                _ => 1,
            };
            self.scanned += step;
            if self.comment_depth == 0 {
                self.advance_to(self.scanned);
                return Ok(());
            }
        }
        let opening = self.span(self.position, self.position + 2);
        let found = Diagnostic::new("unclosed-comment", "this comment is never closed", opening);
        Err(ReadError::Incomplete(found.with_label(
            self.end_span(input.text),
            "the text ends here",
        )))
    }
}

fn is_shebang(rest: &str) -> bool {
    rest.starts_with("#!/") || rest.starts_with("#! ")
}

/// Tokens. Each function begins at `position` and ends it behind the token.
impl Lexer {
    /// `None` for a directive, which leaves nothing.
    fn token(&mut self, input: Input<'_>) -> Result<Option<Spanned>, ReadError> {
        let rest = &input.text[self.position..];
        match rest.as_bytes()[0] {
            b'(' => Ok(Some(self.take(1, Token::Open))),
            b')' => Ok(Some(self.take(1, Token::Close))),
            b'\'' => Ok(Some(self.take(1, Token::Quote(Symbol::QUOTE)))),
            b'`' => Ok(Some(self.take(1, Token::Quote(Symbol::QUASIQUOTE)))),
            b',' => self.unquote(rest, input).map(Some),
            b'"' => self.string(input).map(Some),
            b'|' => self.barred_symbol(input).map(Some),
            b'#' => self.hash(rest, input),
            b'[' | b']' | b'{' | b'}' => Err(self.bracket(rest)),
            _ => self.plain(input).map(Some),
        }
    }

    fn unquote(&mut self, rest: &str, input: Input<'_>) -> Lexed {
        match rest.as_bytes().get(1) {
            None if !input.ended => Err(self.unfinished(input)),
            Some(b'@') => Ok(self.take(2, Token::Quote(Symbol::UNQUOTE_SPLICING))),
            Some(_) | None => Ok(self.take(1, Token::Quote(Symbol::UNQUOTE))),
        }
    }

    fn hash(&mut self, rest: &str, input: Input<'_>) -> Result<Option<Spanned>, ReadError> {
        match rest.as_bytes().get(1) {
            None if !input.ended => Err(self.unfinished(input)),
            Some(b'(') => Ok(Some(self.take(2, Token::OpenVector))),
            Some(b';') => Ok(Some(self.take(2, Token::Skip))),
            Some(b'\\') => self.character(rest, input).map(Some),
            Some(b'!') => self.bang(input),
            Some(b'0'..=b'9') => self.label(rest, input).map(Some),
            Some(_) | None => self.hash_word(rest, input).map(Some),
        }
    }

    fn plain(&mut self, input: Input<'_>) -> Lexed {
        let end = self.word_end(1, input)?;
        let word = &input.text[self.position..end];
        if word == "." {
            return Ok(self.take(1, Token::Dot));
        }
        self.atom(end, plain_atom(word, self.folding))
    }

    fn hash_word(&mut self, rest: &str, input: Input<'_>) -> Lexed {
        let end = self.word_end(1, input)?;
        let word = &input.text[self.position..end];
        if word.eq_ignore_ascii_case("#u8") && input.text[end..].starts_with('(') {
            return Ok(self.take(word.len() + 1, Token::OpenBytevector));
        }
        if word == "#" && rest.starts_with("#[") {
            return Err(self.bracket(rest));
        }
        self.atom(end, hash_atom(word, self.folding))
    }

    fn character(&mut self, rest: &str, input: Input<'_>) -> Lexed {
        // The first character counts even when it is a delimiter.
        let Some(first) = rest[2..].chars().next() else {
            return Err(self.unfinished(input));
        };
        let end = self.word_end(2 + first.len_utf8(), input)?;
        let name = &input.text[self.position + 2..end];
        self.atom(end, character(name, self.folding))
    }

    fn bang(&mut self, input: Input<'_>) -> Result<Option<Spanned>, ReadError> {
        let end = self.word_end(2, input)?;
        match &input.text[self.position + 2..end] {
            "fold-case" => self.folding = true,
            "no-fold-case" => self.folding = false,
            name => return self.atom(end, special(name)).map(Some),
        }
        self.advance_to(end);
        Ok(None)
    }

    /// `#0=` or `#0#`.
    fn label(&mut self, rest: &str, input: Input<'_>) -> Lexed {
        let digits = rest[1..].bytes().take_while(u8::is_ascii_digit).count();
        let number = rest[1..1 + digits].parse::<u32>();
        let length = digits + 2;
        let token = match (rest.as_bytes().get(digits + 1), number) {
            (None, _) if !input.ended => return Err(self.unfinished(input)),
            (Some(b'='), Ok(number)) => Token::Label(number),
            (Some(b'#'), Ok(number)) => Token::Atom(DatumKind::LabelRef(number)),
            (Some(b'=' | b'#'), Err(_)) => {
                return Err(self.invalid("bad-label", "this label's number is too large", length));
            }
            (Some(_) | None, _) => {
                let message = "expected `=` or `#` after the number of a label";
                return Err(self.invalid("bad-label", message, digits + 1));
            }
        };
        Ok(self.take(length, token))
    }

    fn string(&mut self, input: Input<'_>) -> Lexed {
        let Some(end) = self.quoted_end(input) else {
            return Err(self.unclosed("unclosed-string", "this string is never closed", input));
        };
        let text = self.inside_quotes(end, input)?;
        Ok(self.take_to(end, Token::Atom(DatumKind::String(text.into()))))
    }

    fn barred_symbol(&mut self, input: Input<'_>) -> Lexed {
        let Some(end) = self.quoted_end(input) else {
            return Err(self.unclosed("unclosed-symbol", "this symbol is never closed", input));
        };
        let name = self.inside_quotes(end, input)?;
        Ok(self.take_to(end, Token::Atom(DatumKind::Symbol(Symbol::intern(&name)))))
    }

    fn inside_quotes(&mut self, end: usize, input: Input<'_>) -> Result<String, ReadError> {
        let start = self.position + 1;
        let text = unescape(&input.text[start..end - 1], self.file, self.origin + start);
        text.map_err(|diagnostic| {
            self.advance_to(end);
            ReadError::Invalid(diagnostic)
        })
    }
}

/// Finding where tokens end.
impl Lexer {
    /// The end of a token that reaches to the next delimiter; its first
    /// `length` bytes belong to it in any case.
    fn word_end(&mut self, length: usize, input: Input<'_>) -> Result<usize, ReadError> {
        let start = input
            .text
            .floor_char_boundary(self.position + length)
            .max(self.scanned);
        match input.text[start..].find(is_delimiter) {
            Some(found) => Ok(start + found),
            None if input.ended => Ok(input.text.len()),
            None => {
                self.scanned = input.text.len();
                Err(self.unfinished(input))
            }
        }
    }

    /// Just past the quote that closes the one at `position`.
    fn quoted_end(&mut self, input: Input<'_>) -> Option<usize> {
        let bytes = input.text.as_bytes();
        let quote = bytes[self.position];
        let mut at = self.scanned.max(self.position + 1);
        while let Some(&byte) = bytes.get(at) {
            if byte == quote {
                return Some(at + 1);
            }
            // A backslash that ends the text waits for what it escapes.
            if byte == b'\\' && at + 1 == bytes.len() {
                break;
            }
            at += if byte == b'\\' { 2 } else { 1 };
        }
        self.scanned = at.min(bytes.len());
        None
    }

    fn take(&mut self, length: usize, token: Token) -> Spanned {
        self.take_to(self.position + length, token)
    }

    fn take_to(&mut self, end: usize, token: Token) -> Spanned {
        let start = self.origin + self.position;
        self.advance_to(end);
        (start, token, self.origin + end)
    }

    fn advance_to(&mut self, position: usize) {
        self.position = position;
        self.scanned = position;
    }

    fn atom(&mut self, end: usize, atom: Result<DatumKind, AtomFault>) -> Lexed {
        let start = self.position;
        match atom {
            Ok(kind) => Ok(self.take_to(end, Token::Atom(kind))),
            Err(AtomFault {
                code,
                message,
                hint,
                part,
            }) => {
                self.advance_to(end);
                let part = part.unwrap_or(0..end - start);
                let span = self.span(start + part.start, start + part.end);
                let diagnostic = Diagnostic {
                    hint,
                    ..Diagnostic::new(code, message, span)
                };
                Err(ReadError::Invalid(diagnostic))
            }
        }
    }
}

/// Errors.
impl Lexer {
    fn invalid(&mut self, code: &'static str, message: &str, length: usize) -> ReadError {
        let span = self.span(self.position, self.position + length);
        self.advance_to(self.position + length);
        ReadError::Invalid(Diagnostic::new(code, message, span))
    }

    fn bracket(&mut self, rest: &str) -> ReadError {
        let length = rest.find(['[', ']', '{', '}']).unwrap_or(0) + 1;
        let shape = if rest[..length].ends_with(['[', ']']) {
            "square"
        } else {
            "curly"
        };
        let message = format!("{shape} brackets have no meaning in Scheme");
        match self.invalid("bracket", &message, length) {
            ReadError::Invalid(found) | ReadError::Incomplete(found) => {
                ReadError::Invalid(found.with_hint("write ( and ) for lists, #( and ) for vectors"))
            }
        }
    }

    fn unclosed(&self, code: &'static str, message: &str, input: Input<'_>) -> ReadError {
        let opening = self.span(self.position, self.position + 1);
        let diagnostic = Diagnostic::new(code, message, opening);
        ReadError::Incomplete(
            diagnostic.with_label(self.end_span(input.text), "the text ends here"),
        )
    }

    fn unfinished(&self, input: Input<'_>) -> ReadError {
        let span = self.span(self.position, input.text.len());
        ReadError::Incomplete(Diagnostic::new(
            "unfinished-token",
            "the text ends inside of this",
            span,
        ))
    }
}
