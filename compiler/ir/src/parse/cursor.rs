//! Lines, tokens, and a cursor over one line.

use super::{ParseError, Result};

/// A line that is not empty.
pub(super) struct Line {
    pub number: u32,
    pub tokens: Vec<Token>,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Token {
    /// Anything between blanks and punctuation.
    Word(String),
    Str(String),
    Open,
    Close,
    Colon,
}

/// Cuts text into lines of tokens; `;` begins a comment, a comma is a blank.
pub(super) fn lex(text: &str) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (i, source) in text.lines().enumerate() {
        let number = i as u32 + 1;
        let tokens = lex_line(source).map_err(|message| ParseError {
            line: number,
            message,
        })?;
        if !tokens.is_empty() {
            lines.push(Line { number, tokens });
        }
    }
    Ok(lines)
}

fn lex_line(source: &str) -> std::result::Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        rest = match c {
            ';' => break,
            ',' => after,
            c if c.is_whitespace() => after,
            '(' => push(&mut tokens, Token::Open, after),
            ')' => push(&mut tokens, Token::Close, after),
            ':' => push(&mut tokens, Token::Colon, after),
            '"' => {
                let (string, after) = lex_string(after)?;
                push(&mut tokens, Token::Str(string), after)
            }
            _ => {
                let end = rest.find(ends_word).unwrap_or(rest.len());
                push(
                    &mut tokens,
                    Token::Word(rest[..end].to_string()),
                    &rest[end..],
                )
            }
        };
    }
    Ok(tokens)
}

fn push<'a>(tokens: &mut Vec<Token>, token: Token, rest: &'a str) -> &'a str {
    tokens.push(token);
    rest
}

fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | ':' | ';' | ',' | '"')
}

/// Reads a string after its opening quote; returns what follows the closing one.
fn lex_string(mut rest: &str) -> std::result::Result<(String, &str), String> {
    let mut out = String::new();
    loop {
        let plain = rest.find(['"', '\\']).ok_or("a string does not end")?;
        out.push_str(&rest[..plain]);
        if rest.as_bytes()[plain] == b'"' {
            return Ok((out, &rest[plain + 1..]));
        }
        let (c, after) = lex_escape(&rest[plain + 1..])?;
        out.push(c);
        rest = after;
    }
}

fn lex_escape(rest: &str) -> std::result::Result<(char, &str), String> {
    let bad = "a bad escape in a string";
    match rest.chars().next().ok_or(bad)? {
        c @ ('"' | '\\') => Ok((c, &rest[1..])),
        'n' => Ok(('\n', &rest[1..])),
        'u' => {
            let body = rest[1..].strip_prefix('{').ok_or(bad)?;
            let (digits, after) = body.split_once('}').ok_or(bad)?;
            let c = u32::from_str_radix(digits, 16)
                .ok()
                .and_then(char::from_u32)
                .ok_or(bad)?;
            Ok((c, after))
        }
        _ => Err(bad.to_string()),
    }
}

/// Reads the tokens of one line.
pub(super) struct Cursor<'a> {
    line: u32,
    tokens: &'a [Token],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(line: &'a Line) -> Cursor<'a> {
        Cursor {
            line: line.number,
            tokens: &line.tokens,
            at: 0,
        }
    }

    pub fn error(&self, message: String) -> ParseError {
        ParseError {
            line: self.line,
            message,
        }
    }

    fn expected<T>(&self, what: &str) -> Result<T> {
        let found = match self.tokens.get(self.at) {
            None => "the end of the line".to_string(),
            Some(Token::Word(w)) => w.clone(),
            Some(Token::Str(s)) => format!("the string {s:?}"),
            Some(Token::Open) => "(".to_string(),
            Some(Token::Close) => ")".to_string(),
            Some(Token::Colon) => ":".to_string(),
        };
        Err(self.error(format!("expected {what}, found {found}")))
    }

    pub fn peek_word(&self) -> Option<&'a str> {
        self.peek_word_at(0)
    }

    pub fn peek_word_at(&self, ahead: usize) -> Option<&'a str> {
        match self.tokens.get(self.at + ahead) {
            Some(Token::Word(w)) => Some(w),
            _ => None,
        }
    }

    pub fn word(&mut self) -> Result<&'a str> {
        match self.peek_word() {
            Some(w) => {
                self.at += 1;
                Ok(w)
            }
            None => self.expected("a word"),
        }
    }

    /// Takes the word if it is next.
    pub fn take(&mut self, word: &str) -> bool {
        let is_next = self.peek_word() == Some(word);
        self.at += is_next as usize;
        is_next
    }

    pub fn take_token(&mut self, token: Token) -> bool {
        let is_next = self.tokens.get(self.at) == Some(&token);
        self.at += is_next as usize;
        is_next
    }

    pub fn expect(&mut self, word: &str) -> Result<()> {
        if self.take(word) {
            Ok(())
        } else {
            self.expected(word)
        }
    }

    pub fn string(&mut self) -> Result<String> {
        match self.tokens.get(self.at) {
            Some(Token::Str(s)) => {
                self.at += 1;
                Ok(s.clone())
            }
            _ => self.expected("a string"),
        }
    }

    pub fn is_string(&self) -> bool {
        matches!(self.tokens.get(self.at), Some(Token::Str(_)))
    }

    /// Reads a number of any integer type.
    pub fn number<T: std::str::FromStr>(&mut self) -> Result<T> {
        let word = self.word()?;
        word.parse()
            .map_err(|_| self.error(format!("{word} is no number that fits here")))
    }

    /// `( item ... )`, or nothing for no items.
    pub fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut items = Vec::new();
        if self.take_token(Token::Open) {
            while !self.take_token(Token::Close) {
                items.push(item(self)?);
            }
        }
        Ok(items)
    }

    /// Items up to the end of the line or a site.
    pub fn words<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut items = Vec::new();
        while self.at < self.tokens.len() && !self.at_site() {
            items.push(item(self)?);
        }
        Ok(items)
    }

    pub fn at_site(&self) -> bool {
        self.peek_word().is_some_and(|w| w.starts_with('!'))
    }

    pub fn end(&self) -> Result<()> {
        if self.at == self.tokens.len() {
            Ok(())
        } else {
            self.expected("the end of the line")
        }
    }
}
