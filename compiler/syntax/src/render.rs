//! How a diagnostic looks on a terminal or in a log:
//!
//! ```text
//! prog.scm:1:1: error[unclosed-list]: this parenthesis is never closed
//!   |
//! 1 | (define (f x)
//!   | ^
//! ...
//! 3 |   (+ x 1)
//!   |          - the text ends here
//!   = hint: what would help
//! ```
//!
//! Columns are those of a terminal: wide characters count two, combining ones
//! none. Tabs become blanks; characters that a terminal would obey rather than
//! show, those that reorder text included, are replaced. A long line is cut
//! down to the part around the place in question.

use crate::chars::needs_escape;
use crate::diag::Diagnostic;
use crate::source::{Source, SourceMap};
use crate::span::{FileId, Span};
use std::fmt::Write;
use std::ops::Range;
use unicode_width::UnicodeWidthChar;

/// Whether to use ANSI colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    Plain,
    Colour,
}

/// Columns shown of one line of source.
const WIDTH: usize = 100;
/// Of those, how many stand before the place in question when a line is cut.
const LEAD: usize = 30;
const CUT: &str = "...";
const TAB: usize = 4;

const RED: &str = "1;31";
const BLUE: &str = "1;34";
const BOLD: &str = "1";

/// A place to underline, with what to write there.
struct Mark<'a> {
    span: Span,
    line: u32,
    text: &'a str,
    primary: bool,
}

pub fn render(diagnostic: &Diagnostic, sources: &SourceMap, style: Style) -> String {
    let marks = marks(diagnostic, sources);
    let last_line = marks.iter().map(|mark| mark.line).max().unwrap_or(0);
    let gutter = last_line.to_string().len();
    let mut page = Page {
        out: String::new(),
        gutter,
        style,
    };
    page.heading(diagnostic, sources);
    page.snippets(&marks, sources, diagnostic.span.file);
    for (span, text) in &diagnostic.labels {
        // A label whose source is not at hand still has something to say.
        if sources.get(span.file).is_none() {
            page.note("note", text);
        }
    }
    if let Some(hint) = &diagnostic.hint {
        page.note("hint", hint);
    }
    page.out
}

/// In the order of the text, the file of the fault itself first.
fn marks<'a>(diagnostic: &'a Diagnostic, sources: &SourceMap) -> Vec<Mark<'a>> {
    let home = diagnostic.span.file;
    let labels = diagnostic
        .labels
        .iter()
        .map(|(span, text)| (*span, text.as_str(), false));
    let mut marks: Vec<Mark<'a>> = std::iter::once((diagnostic.span, "", true))
        .chain(labels)
        .filter_map(|(span, text, primary)| {
            let line = sources.get(span.file)?.location(span.start).line;
            Some(Mark {
                span,
                line,
                text,
                primary,
            })
        })
        .collect();
    marks.sort_by_key(|mark| (mark.span.file != home, mark.span.file, mark.span.start));
    marks
}

struct Page {
    out: String,
    gutter: usize,
    style: Style,
}

impl Page {
    fn heading(&mut self, diagnostic: &Diagnostic, sources: &SourceMap) {
        if let Some(place) = sources.describe(diagnostic.span) {
            self.push(&visible(&place));
            self.push(": ");
        }
        self.push_painted(RED, &diagnostic.title());
        self.push_painted(BOLD, &format!(": {}", visible(&diagnostic.message)));
        self.push("\n");
    }

    fn note(&mut self, kind: &str, text: &str) {
        let indent = " ".repeat(self.gutter + 1);
        self.push_painted(BLUE, &format!("{indent}="));
        self.push(&format!(" {kind}: {}\n", visible(text)));
    }

    /// One snippet for each line that has marks.
    fn snippets(&mut self, marks: &[Mark<'_>], sources: &SourceMap, home: FileId) {
        let mut before: Option<&Mark<'_>> = None;
        let same_line = |a: &Mark<'_>, b: &Mark<'_>| (a.span.file, a.line) == (b.span.file, b.line);
        for group in marks.chunk_by(same_line) {
            let Some(source) = sources.get(group[0].span.file) else {
                continue;
            };
            self.lead_in(&group[0], before, source, home);
            self.snippet(source, group);
            before = group.last();
        }
    }

    /// What stands between one snippet and the one before.
    fn lead_in(
        &mut self,
        mark: &Mark<'_>,
        before: Option<&Mark<'_>>,
        source: &Source,
        home: FileId,
    ) {
        match before {
            Some(before) if before.span.file == mark.span.file => {
                if before.line + 1 < mark.line {
                    self.push("...\n");
                }
            }
            Some(_) | None => {
                if mark.span.file != home {
                    let line = source.location(mark.span.start);
                    let place = format!("{}:{}:{}", source.name(), line.line, line.column);
                    self.margin("-->");
                    self.push(&format!(" {}\n", visible(&place)));
                }
                self.margin(" |");
                self.push("\n");
            }
        }
    }

    fn snippet(&mut self, source: &Source, group: &[Mark<'_>]) {
        let line = group[0].line;
        let view = View::new(source.line(line), source.line_start(line), group);
        let number = format!("{line:>width$} |", width = self.gutter);
        self.push_painted(BLUE, &number);
        self.push(&format!(" {}\n", view.shown()).replace(" \n", "\n"));
        for mark in group {
            self.underline(&view, mark);
        }
    }

    fn underline(&mut self, view: &View, mark: &Mark<'_>) {
        let place = view.underline(mark.span);
        let (symbol, colour) = if mark.primary {
            ("^", RED)
        } else {
            ("-", BLUE)
        };
        self.margin(" |");
        self.push(&" ".repeat(place.start + 1));
        self.push_painted(colour, &symbol.repeat(place.len()));
        if !mark.text.is_empty() {
            self.push(" ");
            self.push_painted(colour, &visible(mark.text));
        }
        self.push("\n");
    }

    fn margin(&mut self, text: &str) {
        let indent = " ".repeat(self.gutter);
        self.push_painted(BLUE, &format!("{indent}{text}"));
    }

    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn push_painted(&mut self, colour: &str, text: &str) {
        match self.style {
            Style::Plain => self.out.push_str(text),
            // Writing to a string does not fail.
            Style::Colour => drop(write!(self.out, "\x1b[{colour}m{text}\x1b[0m")),
        }
    }
}

/// One column or more on the terminal, and the byte of the source it is for.
struct Cell {
    offset: usize,
    column: usize,
    shown: char,
}

/// A line of source as laid out on the terminal, and the part of it to show.
struct View {
    cells: Vec<Cell>,
    /// Where the line begins in its file.
    start: usize,
    window: Range<usize>,
    width: usize,
}

impl View {
    fn new(line: &str, start: u32, marks: &[Mark<'_>]) -> View {
        let (cells, width) = lay_out(line);
        let mut view = View {
            cells,
            start: start as usize,
            window: 0..width,
            width,
        };
        if width > WIDTH {
            let main = marks.iter().find(|mark| mark.primary).unwrap_or(&marks[0]);
            let focus = view.column(main.span.start);
            let from = focus.saturating_sub(LEAD).min(width - WIDTH);
            view.window = from..from + WIDTH;
        }
        view
    }

    /// The column of a byte offset in the file.
    fn column(&self, offset: u32) -> usize {
        let offset = (offset as usize).saturating_sub(self.start);
        let index = self.cells.partition_point(|cell| cell.offset < offset);
        self.cells.get(index).map_or(self.width, |cell| cell.column)
    }

    fn shown(&self) -> String {
        let cells = self
            .cells
            .iter()
            .filter(|cell| self.window.contains(&cell.column));
        let text: String = cells.map(|cell| cell.shown).collect();
        let before = if self.window.start > 0 { CUT } else { "" };
        let after = if self.window.end < self.width {
            CUT
        } else {
            ""
        };
        format!("{before}{text}{after}").trim_end().to_string()
    }

    /// Columns of the shown text; at least one, also for an empty span. A span
    /// of several lines is underlined to the end of its first.
    fn underline(&self, span: Span) -> Range<usize> {
        let Range {
            start: from,
            end: to,
        } = self.window;
        let start = self.column(span.start).clamp(from, to);
        let end = self.column(span.end).clamp(start, to).max(start + 1);
        let shift = if from > 0 { CUT.len() } else { 0 };
        start - from + shift..end - from + shift
    }
}

/// The cells of a line and its width in columns.
fn lay_out(line: &str) -> (Vec<Cell>, usize) {
    let mut cells = Vec::with_capacity(line.len());
    let mut column = 0;
    for (offset, c) in line.char_indices() {
        if c == '\t' {
            cells.extend((column..column + TAB).map(|column| Cell {
                offset,
                column,
                shown: ' ',
            }));
            column += TAB;
        } else {
            let shown = visible_char(c);
            cells.push(Cell {
                offset,
                column,
                shown,
            });
            column += shown.width().unwrap_or(1);
        }
    }
    (cells, column)
}

fn visible(text: &str) -> String {
    text.chars()
        .map(|c| if c == '\n' { ' ' } else { visible_char(c) })
        .collect()
}

/// The character, or a stand-in for one that would act on the terminal.
fn visible_char(c: char) -> char {
    if needs_escape(c) { '\u{fffd}' } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, range: Range<u32>) -> String {
        let mut sources = SourceMap::new();
        let file = sources.add("t.scm", text);
        let span = Span::new(file, range.start, range.end);
        Diagnostic::new("test", "message", span).render(&sources)
    }

    #[track_caller]
    fn check(text: &str, range: Range<u32>, expected: &[&str]) {
        let shown = shown(text, range);
        assert_eq!(
            shown.lines().skip(1).collect::<Vec<_>>(),
            expected,
            "\n{shown}"
        );
    }

    #[test]
    fn carets_stand_under_what_they_mean() {
        check("ab cd ef", 3..5, &["  |", "1 | ab cd ef", "  |    ^^"]);
        check("\tx\ty", 3..4, &["  |", "1 |     x    y", "  |          ^"]);
        check("λ漢字 x", 9..10, &["  |", "1 | λ漢字 x", "  |       ^"]);
        check("λ漢字 x", 2..8, &["  |", "1 | λ漢字 x", "  |  ^^^^"]);
        check("e\u{301}x", 3..4, &["  |", "1 | e\u{301}x", "  |  ^"]);
        check("a\nbc\nd", 2..6, &["  |", "2 | bc", "  | ^^"]);
        check("ab", 2..2, &["  |", "1 | ab", "  |   ^"]);
        check("", 0..0, &["  |", "1 |", "  | ^"]);
        check(
            "a\u{202e}\u{1b}[31mb",
            0..1,
            &["  |", "1 | a\u{fffd}\u{fffd}[31mb", "  | ^"],
        );
    }

    #[test]
    fn long_lines_are_cut() {
        let text = format!("{}X{}", "-".repeat(500), "-".repeat(500));
        let shown = shown(&text, 500..501);
        let lines: Vec<_> = shown.lines().collect();
        assert_eq!(
            lines[2],
            format!("1 | ...{}X{}...", "-".repeat(30), "-".repeat(69))
        );
        assert_eq!(lines[3], format!("  |    {}^", " ".repeat(30)));
    }

    #[test]
    fn labels_in_other_places() {
        let mut sources = SourceMap::new();
        let macros = sources.add("m.scm", "(define-syntax swap! ...)");
        let user = sources.add("u.scm", "(swap! a)\n\n\n\n\n\n\n\n\n(end)");
        let diagnostic = Diagnostic::new("no-match", "no rule matches", Span::new(user, 0, 9))
            .with_label(Span::new(user, 19, 20), "same form")
            .with_label(Span::new(user, 1, 6), "this use")
            .with_label(Span::new(macros, 15, 20), "of this macro")
            .with_label(Span::NONE, "seen elsewhere")
            .with_hint("give it two names");
        let expected = "\
u.scm:1:1: error[no-match]: no rule matches
   |
 1 | (swap! a)
   | ^^^^^^^^^
   |  ----- this use
...
10 | (end)
   |  - same form
  --> m.scm:1:16
   |
 1 | (define-syntax swap! ...)
   |                ----- of this macro
   = note: seen elsewhere
   = hint: give it two names
";
        assert_eq!(diagnostic.render(&sources), expected);
        let coloured = diagnostic.render_styled(&sources, Style::Colour);
        assert!(coloured.contains("\x1b[1;31merror[no-match]\x1b[0m"));
    }
}
