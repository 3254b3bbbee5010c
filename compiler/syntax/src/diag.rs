//! A fault in the source, as told to its author. How it is laid out on a
//! terminal is in `render.rs`.

use crate::render::{Style, render};
use crate::source::SourceMap;
use crate::span::Span;
use std::fmt;

/// What is wrong, where, and what would help.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Stable short name of this kind of fault, such as `unclosed-list`.
    pub code: &'static str,
    pub message: String,
    pub span: Span,
    /// Further places that matter, each with what it has to do with the fault.
    pub labels: Vec<(Span, String)>,
    pub hint: Option<String>,
    /// It is worth saying, but not wrong.
    pub is_warning: bool,
}

impl Diagnostic {
    pub fn new(code: &'static str, message: impl Into<String>, span: Span) -> Diagnostic {
        Diagnostic {
            code,
            message: message.into(),
            span,
            labels: Vec::new(),
            hint: None,
            is_warning: false,
        }
    }

    pub fn with_label(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push((span, text.into()));
        self
    }

    pub fn with_hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hint = Some(hint.into());
        self
    }

    pub fn as_warning(mut self) -> Diagnostic {
        self.is_warning = true;
        self
    }

    /// `error[unclosed-list]`
    pub fn title(&self) -> String {
        let kind = if self.is_warning { "warning" } else { "error" };
        format!("{kind}[{}]", self.code)
    }

    /// For a terminal or a log, without colour, ending in a newline.
    pub fn render(&self, sources: &SourceMap) -> String {
        self.render_styled(sources, Style::Plain)
    }

    pub fn render_styled(&self, sources: &SourceMap, style: Style) -> String {
        render(self, sources, style)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.title(), self.message)
    }
}

impl std::error::Error for Diagnostic {}
