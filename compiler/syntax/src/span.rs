//! Places in source text: which file, from which byte to which.
//!
//! A span is a plain value; turning it into lines and columns is the business
//! of [`crate::source`].

/// Index of a source in its [`crate::SourceMap`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(pub u32);

impl FileId {
    /// The file of data that no text was read for.
    pub const NONE: FileId = FileId(u32::MAX);
}

/// A half-open range of byte offsets in one file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// The span of data that no text was read for.
    pub const NONE: Span = Span {
        file: FileId::NONE,
        start: 0,
        end: 0,
    };

    pub fn new(file: FileId, start: u32, end: u32) -> Span {
        Span { file, start, end }
    }

    /// From `usize` offsets; what lies past 4 GiB is shown at 4 GiB.
    pub fn at(file: FileId, start: usize, end: usize) -> Span {
        let clamp = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        Span {
            file,
            start: clamp(start),
            end: clamp(end),
        }
    }

    pub fn is_none(self) -> bool {
        self.file == FileId::NONE
    }

    pub fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The smallest span that covers both. A span without a file, or one of
    /// another file, adds nothing.
    pub fn to(self, other: Span) -> Span {
        if self.is_none() {
            return other;
        }
        if other.file != self.file {
            return self;
        }
        Span {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// The empty span at the beginning of this one.
    pub fn head(self) -> Span {
        Span {
            end: self.start,
            ..self
        }
    }

    /// The empty span just past the end of this one.
    pub fn tail(self) -> Span {
        Span {
            start: self.end,
            ..self
        }
    }
}

impl Default for Span {
    fn default() -> Span {
        Span::NONE
    }
}
