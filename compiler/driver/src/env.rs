//! The surroundings that lowering sees.

use crate::compile::Prims;
use std::collections::HashMap;
use std::sync::Arc;
use termite_abi::PrimInfo;
use termite_lower::{LowerEnv, LoweredInterface, SourcePlace};
use termite_ir::Source;
use termite_syntax::{SourceMap, Span};

pub(crate) struct Surroundings<'a> {
    pub prims: &'a Prims,
    pub units: &'a HashMap<String, Arc<LoweredInterface>>,
    pub sources: &'a SourceMap,
    /// Interfaces do not outlive the sources.
    pub keeps_places: bool,
    pub source: Option<Source>,
    pub salt: Option<&'a str>,
}

impl LowerEnv for Surroundings<'_> {
    fn primitive(&self, name: &str) -> Option<PrimInfo> {
        self.prims.get(name)
    }

    fn unit(&self, name: &str) -> Option<&LoweredInterface> {
        self.units.get(name).map(|i| &**i)
    }

    fn keeps_places(&self) -> bool {
        self.keeps_places
    }

    fn source(&self) -> Option<Source> {
        self.source.clone()
    }

    fn salt(&self) -> Option<&str> {
        self.salt
    }

    fn source_place(&self, span: Span) -> Option<SourcePlace<'_>> {
        let source = self.sources.get(span.file)?;
        let at = source.location(span.start);
        Some(SourcePlace {
            file: source.name(),
            line: at.line,
            column: at.column,
        })
    }
}
