//! Source texts by name, and the way from a byte offset to line and column.
//!
//! Sources are given as text: reading files is done elsewhere. Lines and
//! columns count from 1; a column counts characters, not bytes. A line ends at
//! `\n`, `\r\n` or a lone `\r` (R7RS 7.1.1).

use crate::span::{FileId, Span};
use std::sync::Arc;

/// One text, with the offsets at which its lines begin.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
    line_starts: Vec<u32>,
}

/// Line and column, both from 1, the column in characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Location {
    pub line: u32,
    pub column: u32,
}

impl Source {
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Source {
        let text = text.into();
        let line_starts = line_starts(&text);
        Source {
            name: name.into(),
            text,
            line_starts,
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text a span covers, or as much of it as exists.
    pub fn slice(&self, span: Span) -> &str {
        let (start, end) = (self.floor(span.start), self.floor(span.end));
        self.text.get(start..end).unwrap_or("")
    }

    /// Offsets past the end are placed at the end, those inside a character at
    /// its beginning.
    pub fn location(&self, offset: u32) -> Location {
        let offset = self.floor(offset);
        let line = self.line_index(offset);
        let start = self.line_starts[line] as usize;
        let column = self.text[start..offset].chars().count() + 1;
        Location {
            line: to_u32(line + 1),
            column: to_u32(column),
        }
    }

    /// Number of lines; an empty text has one.
    pub fn line_count(&self) -> u32 {
        to_u32(self.line_starts.len())
    }

    /// The text of a line (counted from 1) without its line ending.
    pub fn line(&self, line: u32) -> &str {
        let index = (line.max(1) - 1) as usize;
        let Some(&start) = self.line_starts.get(index) else {
            return "";
        };
        let end = self
            .line_starts
            .get(index + 1)
            .map_or(self.text.len(), |&next| next as usize);
        self.text[start as usize..end].trim_end_matches(['\n', '\r'])
    }

    /// The byte offset at which a line (counted from 1) begins.
    pub fn line_start(&self, line: u32) -> u32 {
        let index = (line.max(1) - 1) as usize;
        self.line_starts
            .get(index)
            .copied()
            .unwrap_or(to_u32(self.text.len()))
    }

    fn line_index(&self, offset: usize) -> usize {
        self.line_starts
            .partition_point(|&start| start as usize <= offset)
            .max(1)
            - 1
    }

    fn floor(&self, offset: u32) -> usize {
        self.text.floor_char_boundary(offset as usize)
    }
}

fn to_u32(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn line_starts(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let ends_line = |&(index, &byte): &(usize, &u8)| {
        byte == b'\n' || (byte == b'\r' && bytes.get(index + 1) != Some(&b'\n'))
    };
    let after = bytes
        .iter()
        .enumerate()
        .filter(ends_line)
        .map(|(index, _)| to_u32(index + 1));
    std::iter::once(0).chain(after).collect()
}

/// The sources of one compilation or session, by [`FileId`]. A clone is cheap
/// and shares the texts.
#[derive(Clone, Default, Debug)]
pub struct SourceMap {
    sources: Vec<Arc<Source>>,
}

impl SourceMap {
    pub fn new() -> SourceMap {
        SourceMap::default()
    }

    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(to_u32(self.sources.len()));
        self.sources.push(Arc::new(Source::new(name, text)));
        id
    }

    /// `None` for [`FileId::NONE`] and for ids of another map.
    pub fn get(&self, file: FileId) -> Option<&Arc<Source>> {
        self.sources.get(file.0 as usize)
    }

    /// `name:line:column` of a span's beginning, when its source is here.
    pub fn describe(&self, span: Span) -> Option<String> {
        let source = self.get(span.file)?;
        let location = source.location(span.start);
        Some(format!(
            "{}:{}:{}",
            source.name(),
            location.line,
            location.column
        ))
    }

    /// The text a span covers.
    pub fn slice(&self, span: Span) -> Option<&str> {
        self.get(span.file).map(|source| source.slice(span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_characters() {
        let source = Source::new("s", "ab\nλx\r\ny\rz");
        let at = |offset| {
            let Location { line, column } = source.location(offset);
            (line, column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(2), (1, 3));
        assert_eq!(at(3), (2, 1));
        assert_eq!(at(4), (2, 1), "inside the lambda");
        assert_eq!(at(5), (2, 2));
        assert_eq!(at(8), (3, 1));
        assert_eq!(at(10), (4, 1));
        assert_eq!(at(999), (4, 2));
        assert_eq!(source.line_count(), 4);
        assert_eq!(
            [1, 2, 3, 4, 5].map(|n| source.line(n)),
            ["ab", "λx", "y", "z", ""]
        );
        assert_eq!(source.slice(Span::new(FileId(0), 3, 6)), "λx");
    }

    #[test]
    fn an_empty_source_has_one_empty_line() {
        let source = Source::new("s", "");
        assert_eq!(source.location(0), Location { line: 1, column: 1 });
        assert_eq!(source.line(1), "");
    }
}
