//! Checks datum labels (R7RS 2.4): each defined once in its outermost datum,
//! before it is referred to, and standing for something.
//!
//! Commented-out data are gone by now, so labels in them do not count.

use crate::datum::{Datum, DatumKind};
use crate::diag::Diagnostic;
use crate::span::Span;
use std::collections::HashMap;

pub fn check_labels(datum: &Datum) -> Result<(), Diagnostic> {
    let mut defined: HashMap<u32, Span> = HashMap::new();
    for part in datum.walk() {
        if let DatumKind::LabelDef(labelled) = &part.kind {
            if let DatumKind::LabelRef(label) = labelled.datum.kind
                && label == labelled.label
            {
                return Err(stands_for_itself(label, part.span));
            }
            if let Some(first) = defined.insert(labelled.label, part.span) {
                return Err(defined_twice(labelled.label, part.span, first));
            }
        } else if let DatumKind::LabelRef(label) = part.kind
            && !defined.contains_key(&label)
        {
            return Err(not_defined(label, part.span));
        }
    }
    Ok(())
}

fn stands_for_itself(label: u32, span: Span) -> Diagnostic {
    Diagnostic::new(
        "bad-label",
        format!("label {label} stands for nothing but itself"),
        span,
    )
}

fn defined_twice(label: u32, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(
        "bad-label",
        format!("label {label} is defined twice"),
        span.head(),
    )
    .with_label(first.head(), "first defined here")
}

fn not_defined(label: u32, span: Span) -> Diagnostic {
    Diagnostic::new("bad-label", format!("label {label} is not defined"), span).with_hint(format!(
        "write #{label}= before an earlier part of the same datum"
    ))
}
