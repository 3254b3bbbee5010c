//! The lines before the procedures, and the debug section.

use super::cursor::Cursor;
use super::{Names, Parser, Result, Space};
use crate::text::IMMEDIATES;
use crate::*;
use termite_abi::Effect;

impl Parser<'_> {
    /// Skips the label; returns it without its sigil.
    fn label(&self, c: &mut Cursor<'_>, space: Space) -> Result<String> {
        Ok(c.word()?.trim_start_matches(space.sigil()).to_string())
    }

    /// The name after a label: a string, or the label itself.
    fn name(&self, c: &mut Cursor<'_>, space: Space) -> Result<String> {
        let label = self.label(c, space)?;
        if c.is_string() { c.string() } else { Ok(label) }
    }

    fn import_id(&self, c: &mut Cursor<'_>) -> Result<ImportId> {
        c.expect("import")?;
        let word = c.word()?;
        Ok(ImportId(self.names.index(c, Space::Import, word)?))
    }

    pub(super) fn source(&mut self, c: &mut Cursor<'_>) -> Result<()> {
        self.unit.source = Some(Source {
            commit: c.string()?,
            content: hash(c)?,
        });
        Ok(())
    }

    pub(super) fn import(&mut self, c: &mut Cursor<'_>) -> Result<()> {
        let name = self.name(c, Space::Import)?;
        let hash = hash(c)?;
        self.unit.imports.push(Import { name, hash });
        Ok(())
    }

    pub(super) fn import_proc(&mut self, c: &mut Cursor<'_>) -> Result<()> {
        self.label(c, Space::ImportProc)?;
        let import = self.import_id(c)?;
        // A control point of another unit: its labels are not known here.
        let word = c.word()?;
        let cp = word.strip_prefix('@').and_then(super::number).map(CpId);
        let cp = cp.ok_or_else(|| c.error(format!("expected @number, found {word}")))?;
        c.expect("arity")?;
        self.unit.import_procs.push(ImportProc {
            import,
            cp,
            arity: c.number()?,
        });
        Ok(())
    }

    pub(super) fn var(&mut self, c: &mut Cursor<'_>) -> Result<()> {
        let name = self.name(c, Space::Var)?;
        let kind = match c.peek_word() {
            Some("own") => c.expect("own").map(|()| VarKind::Own)?,
            Some("late") => c.expect("late").map(|()| VarKind::Late)?,
            _ => {
                let import = self.import_id(c)?;
                let word = c.word()?;
                let var = word.strip_prefix('*').and_then(super::number).map(VarId);
                VarKind::Import(
                    import,
                    var.ok_or_else(|| c.error(format!("expected *number, found {word}")))?,
                )
            }
        };
        self.unit.vars.push(Var { name, kind });
        Ok(())
    }

    pub(super) fn prim(&mut self, c: &mut Cursor<'_>) -> Result<()> {
        let name = self.name(c, Space::Prim)?;
        let effect = match c.word()? {
            "pure" => Effect::Pure,
            "leaf" => Effect::Leaf,
            "alloc" => Effect::Alloc,
            "block" => Effect::Block,
            other => return Err(c.error(format!("{other} is no effect class"))),
        };
        self.unit.prims.push(PrimUse { name, effect });
        Ok(())
    }

    pub(super) fn export(&mut self, c: &mut Cursor<'_>) -> Result<()> {
        let name = c.string()?;
        let word = c.word()?;
        let kind = if word.starts_with('*') {
            ExportKind::Var(VarId(self.names.index(c, Space::Var, word)?))
        } else {
            ExportKind::Proc(CpId(self.names.index(c, Space::Cp, word)?))
        };
        self.unit.exports.push(Export { name, kind });
        Ok(())
    }

    pub(super) fn site(&mut self, c: &mut Cursor<'_>) -> Result<()> {
        c.word()?;
        let site = Site {
            file: c.number()?,
            start: c.number()?,
            end: c.number()?,
            line: c.number()?,
            column: c.number()?,
        };
        self.unit.debug.sites.push(site);
        Ok(())
    }

    pub(super) fn literal(&mut self, c: &mut Cursor<'_>) -> Result<()> {
        self.label(c, Space::Literal)?;
        let literal = match c.word()? {
            "imm" => Literal::Imm(immediate(c)?),
            "fixnum" => Literal::Fixnum(c.number()?),
            "bignum" => Literal::Bignum(negative(c)?, c.words(Cursor::number)?),
            "ratio" => Literal::Ratio(self.names.lit(c)?, self.names.lit(c)?),
            "flonum" => Literal::Flonum(flonum(c)?),
            "complex" => Literal::Complex(self.names.lit(c)?, self.names.lit(c)?),
            "string" => Literal::String(c.string()?),
            "symbol" => Literal::Symbol(c.string()?),
            "pair" => Literal::Pair(self.names.lit(c)?, self.names.lit(c)?),
            "vector" => Literal::Vector(c.words(|c| self.names.lit(c))?),
            "bytes" => Literal::Bytevector(hex(c)?),
            other => return Err(c.error(format!("{other} is no kind of literal"))),
        };
        self.unit.literals.push(literal);
        Ok(())
    }
}

impl Names {
    fn lit(&self, c: &mut Cursor<'_>) -> Result<LitId> {
        let word = c.word()?;
        Ok(LitId(self.index(c, Space::Literal, word)?))
    }
}

fn negative(c: &mut Cursor<'_>) -> Result<bool> {
    match c.word()? {
        "-" => Ok(true),
        "+" => Ok(false),
        other => Err(c.error(format!("expected a sign, found {other}"))),
    }
}

fn flonum(c: &mut Cursor<'_>) -> Result<u64> {
    let word = c.word()?;
    let bits = match word.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => word.parse::<f64>().ok().map(f64::to_bits),
    };
    bits.ok_or_else(|| c.error(format!("{word} is no flonum")))
}

fn hash(c: &mut Cursor<'_>) -> Result<UnitHash> {
    hex(c)?
        .try_into()
        .map_err(|_| c.error("a hash has 32 bytes".to_string()))
}

/// `0x` and two digits a byte.
fn hex(c: &mut Cursor<'_>) -> Result<Vec<u8>> {
    let word = c.word()?;
    let bad = || {
        c.error(format!(
            "expected 0x and pairs of hexadecimal digits, found {word}"
        ))
    };
    let digits = word
        .strip_prefix("0x")
        .filter(|d| d.len() % 2 == 0)
        .ok_or_else(bad)?;
    let byte = |pair: &[u8]| {
        std::str::from_utf8(pair)
            .ok()
            .and_then(|p| u8::from_str_radix(p, 16).ok())
    };
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| byte(pair).ok_or_else(bad))
        .collect()
}

pub(super) fn immediate(c: &mut Cursor<'_>) -> Result<Immediate> {
    let word = c.word()?;
    let known = IMMEDIATES
        .iter()
        .find(|(_, text)| *text == word)
        .map(|(i, _)| *i);
    known
        .or_else(|| character(word).map(Immediate::Char))
        .ok_or_else(|| c.error(format!("{word} is no immediate")))
}

fn character(word: &str) -> Option<char> {
    let body = word.strip_prefix("#\\")?;
    let mut chars = body.chars();
    match (chars.next()?, chars.as_str()) {
        (c, "") => Some(c),
        ('x', digits) => u32::from_str_radix(digits, 16)
            .ok()
            .and_then(char::from_u32),
        _ => None,
    }
}
