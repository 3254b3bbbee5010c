//! Forms that stand for the forms in them: `begin include include-ci cond-expand`, and
//! `declare`, which stands for nothing.

use crate::core::Expr;
use crate::errors::{Result, fault, malformed};
use crate::expansion::Expansion;
use crate::library::name::LibraryName;
use crate::scan::Scan;
use crate::stx::Stx;
use termite_syntax::{Reader, Symbol};

pub fn begin_expression(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    match form.items() {
        Some([_, expressions @ ..]) if !expressions.is_empty() => {
            x.sequence(expressions, form.span)
        }
        _ => Err(malformed(
            form,
            "takes at least one expression here: (begin expression ...)",
        )),
    }
}

pub fn begin(x: &mut Expansion<'_>, form: &Stx, scan: &mut Scan) -> Result<()> {
    match form.items() {
        Some([_, forms @ ..]) => x.scan_all(forms, scan),
        _ => Err(malformed(form, "takes forms: (begin form ...)")),
    }
}

pub fn include_expression(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let forms = x.included(form)?;
    x.sequence(&forms, form.span)
}

pub fn include(x: &mut Expansion<'_>, form: &Stx, scan: &mut Scan) -> Result<()> {
    let forms = x.included(form)?;
    x.scan_all(&forms, scan)
}

pub fn cond_expand_expression(x: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    let forms = x.chosen_clause(form)?;
    x.sequence(&forms, form.span)
}

pub fn cond_expand(x: &mut Expansion<'_>, form: &Stx, scan: &mut Scan) -> Result<()> {
    let forms = x.chosen_clause(form)?;
    x.scan_all(&forms, scan)
}

pub fn declare_expression(_: &mut Expansion<'_>, form: &Stx) -> Result<Expr> {
    Ok(Expr::void(form.span))
}

pub fn declare(_: &mut Expansion<'_>, _: &Stx, _: &mut Scan) -> Result<()> {
    Ok(())
}

impl Expansion<'_> {
    /// The forms in the files that an `include` or `include-ci` names.
    pub fn included(&mut self, form: &Stx) -> Result<Vec<Stx>> {
        let Some([head, names @ ..]) = form.items().filter(|items| items.len() > 1) else {
            return Err(malformed(
                form,
                "takes names of files: (include \"file\" ...)",
            ));
        };
        let folding = head
            .as_ident()
            .is_some_and(|head| head.symbol().as_str().ends_with("-ci"));
        let mut forms = Vec::new();
        for name in names {
            let Some(path) = name.as_string() else {
                return Err(fault("bad-syntax", "the name of a file is a string", name));
            };
            self.include_file(path, name, folding, &mut forms)?;
        }
        Ok(forms)
    }

    fn include_file(
        &mut self,
        path: &str,
        at: &Stx,
        folding: bool,
        out: &mut Vec<Stx>,
    ) -> Result<()> {
        let failed = |problem: String| fault("include-failed", problem, at);
        let text = self.host.read_include(path, at.span.file).map_err(failed)?;
        self.spend(1_000, at)?;
        let reader = Reader::new(text.file, text.source.text());
        let reader = if folding {
            reader.folding_case()
        } else {
            reader
        };
        for datum in reader {
            let datum = datum.map_err(|fault| fault.with_label(at.span, "included here"))?;
            out.push(Stx::from_datum(&datum)?);
        }
        Ok(())
    }

    /// The forms of the first clause of a `cond-expand` whose requirement holds; none
    /// when there is no such clause.
    pub fn chosen_clause(&mut self, form: &Stx) -> Result<Vec<Stx>> {
        let Some([_, clauses @ ..]) = form.items() else {
            return Err(malformed(
                form,
                "takes clauses: (cond-expand (requirement form ...) ...)",
            ));
        };
        for clause in clauses {
            let Some([requirement, forms @ ..]) = clause.items() else {
                let message = "a clause of `cond-expand` is (requirement form ...)";
                return Err(fault("bad-clause", message, clause));
            };
            if self.holds(requirement)? {
                return Ok(forms.to_vec());
            }
        }
        Ok(Vec::new())
    }

    /// Whether a feature requirement (R7RS 4.2.1) holds.
    fn holds(&mut self, requirement: &Stx) -> Result<bool> {
        if let Some(feature) = requirement.as_ident() {
            return Ok(self.has_feature(feature.symbol()));
        }
        let head = requirement.head().map(|head| head.symbol().as_str());
        match (head, requirement.items()) {
            (Some("and"), Some([_, all @ ..])) => self.all_hold(all),
            (Some("or"), Some([_, any @ ..])) => self.any_holds(any),
            (Some("not"), Some([_, one])) => Ok(!self.holds(one)?),
            (Some("library"), Some([_, name])) => self.has_library(name),
            _ => {
                let message =
                    "a requirement is a feature, (and ...), (or ...), (not ...) or (library name)";
                Err(fault("bad-requirement", message, requirement))
            }
        }
    }

    fn all_hold(&mut self, requirements: &[Stx]) -> Result<bool> {
        for requirement in requirements {
            if !self.holds(requirement)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn any_holds(&mut self, requirements: &[Stx]) -> Result<bool> {
        for requirement in requirements {
            if self.holds(requirement)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn has_feature(&self, feature: Symbol) -> bool {
        feature.as_str() == "else"
            || self
                .host
                .features()
                .iter()
                .any(|name| name == feature.as_str())
    }

    fn has_library(&mut self, name: &Stx) -> Result<bool> {
        let Some(library) = LibraryName::from_datum(&name.to_datum()) else {
            return Err(fault(
                "bad-library-name",
                "this is no name of a library",
                name,
            ));
        };
        let importer = self.importer();
        self.loader.exists(self.host, &library, importer, name)
    }
}
