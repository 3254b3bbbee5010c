//! Control points: heading, blocks, instructions, terminators.

use super::cursor::{Cursor, Line, Token};
use super::tables::immediate;
use super::{Names, Parser, Result, SECTIONS, Space};
use crate::op::Imm;
use crate::text::{inferred_regs, op_by_text};
use crate::*;

const TERMS: &[&str] = &[
    "return",
    "throw",
    "goto",
    "branch",
    "jump",
    "call",
    "call-direct",
    "call-import",
];

impl Parser<'_> {
    /// A control point from its heading to the next section.
    pub(super) fn control_point(&mut self, kind: &str, c: &mut Cursor<'_>) -> Result<()> {
        c.word()?;
        self.names.enter_segment();
        let kind = self.names.heading(kind, c)?;
        let regs = if c.take("regs") {
            Some(c.number()?)
        } else {
            None
        };
        c.end()?;
        let from = self.at;
        let is_section = |line: &Line| {
            Cursor::new(line)
                .peek_word()
                .is_some_and(|w| SECTIONS.contains(&w))
        };
        let length = self.lines[from..]
            .iter()
            .take_while(|line| !is_section(line))
            .count();
        self.at += length;
        let blocks = self.names.blocks(&self.lines[from..self.at])?;
        self.add_cp(c, |proc| {
            let mut cp = ControlPoint {
                proc,
                kind,
                regs: 0,
                blocks,
            };
            cp.regs = regs.unwrap_or_else(|| inferred_regs(&cp) as u32);
            cp
        })
    }
}

/// Lists of a heading's registers may hold these markers.
enum Param {
    Optional,
    Rest,
    Reg(ValueKind),
}

impl Names {
    fn heading(&mut self, kind: &str, c: &mut Cursor<'_>) -> Result<CpKind> {
        let params = self.params(c)?;
        match kind {
            "entry" => self.entry(params, c),
            "return-point" => self.return_point(params, c),
            _ => Ok(CpKind::Jump(
                params.into_iter().filter_map(Param::kind).collect(),
            )),
        }
    }

    fn params(&mut self, c: &mut Cursor<'_>) -> Result<Vec<Param>> {
        c.list(|c| {
            if c.take("#!optional") {
                return Ok(Param::Optional);
            }
            if c.take("#!rest") {
                return Ok(Param::Rest);
            }
            self.place(c, Space::Reg)?;
            let kind = if c.take_token(Token::Colon) {
                self.kind(c)?
            } else {
                ValueKind::Any
            };
            Ok(Param::Reg(kind))
        })
    }

    fn kind(&self, c: &mut Cursor<'_>) -> Result<ValueKind> {
        match c.word()? {
            "any" => Ok(ValueKind::Any),
            "box" => Ok(ValueKind::Box),
            word => Ok(ValueKind::Closure(CpId(self.index(c, Space::Cp, word)?))),
        }
    }

    fn entry(&mut self, params: Vec<Param>, c: &mut Cursor<'_>) -> Result<CpKind> {
        let counts = count(&params, c)?;
        if counts.required == 0 {
            return Err(c.error("an entry's first register is the closure".to_string()));
        }
        let free = if c.take("free") {
            c.list(|c| self.kind(c))?
        } else {
            vec![]
        };
        let next_clause = if c.take("next") {
            let word = c.word()?;
            Some(CpId(self.index(c, Space::Cp, word)?))
        } else {
            None
        };
        let small =
            |n: usize| u16::try_from(n).map_err(|_| c.error("too many parameters".to_string()));
        let (required, optional) = (small(counts.required - 1)?, small(counts.optional)?);
        Ok(CpKind::Entry(Entry {
            required,
            optional,
            rest: counts.rest,
            free,
            next_clause,
        }))
    }

    fn return_point(&mut self, params: Vec<Param>, c: &mut Cursor<'_>) -> Result<CpKind> {
        let counts = count(&params, c)?;
        let values =
            u16::try_from(counts.required).map_err(|_| c.error("too many values".to_string()))?;
        let ignores = c.take("ignores");
        let live = if c.take("live") {
            self.params(c)?
        } else {
            vec![]
        };
        let live = live.into_iter().filter_map(Param::kind).collect();
        Ok(CpKind::Return(Return {
            values,
            rest: counts.rest,
            ignores,
            live,
        }))
    }

    /// Blocks from the lines between two sections.
    fn blocks(&mut self, lines: &[Line]) -> Result<Vec<Block>> {
        self.label_blocks(lines)?;
        let mut blocks: Vec<Block> = Vec::new();
        let mut open: Option<Block> = None;
        for line in lines {
            let mut c = Cursor::new(line);
            if c.peek_word().is_some_and(|w| w.starts_with('^')) {
                if open.is_some() {
                    return Err(c.error("the block before has no terminator".to_string()));
                }
                open = Some(new_block(self.block_heading(&mut c)?));
            } else if c.peek_word().is_some_and(|w| TERMS.contains(&w)) {
                let mut block = open
                    .take()
                    .or_else(|| blocks.is_empty().then(|| new_block(vec![])))
                    .ok_or_else(|| stray(&c))?;
                block.term = self.term(&mut c)?;
                blocks.push(block);
            } else {
                if open.is_none() && blocks.is_empty() {
                    open = Some(new_block(vec![]));
                }
                let inst = self.inst(&mut c)?;
                open.as_mut().ok_or_else(|| stray(&c))?.insts.push(inst);
            }
            c.end()?;
        }
        match (open, lines.last()) {
            (Some(_), Some(last)) => {
                Err(Cursor::new(last).error("the last block has no terminator".to_string()))
            }
            _ => Ok(blocks),
        }
    }

    /// First pass over a segment: labels of blocks, and of registers where defined.
    fn label_blocks(&mut self, lines: &[Line]) -> Result<()> {
        let explicit = lines.first().is_some_and(|l| {
            Cursor::new(l)
                .peek_word()
                .is_some_and(|w| w.starts_with('^'))
        });
        self.counts.insert(Space::Block, !explicit as u32);
        for line in lines {
            let mut c = Cursor::new(line);
            if c.peek_word().is_some_and(|w| w.starts_with('^')) {
                self.place(&mut c, Space::Block)?;
                c.list(|c| self.define(c))?;
            } else if is_definition(&c) {
                self.define(&mut c)?;
            }
        }
        Ok(())
    }

    /// A register where it is defined: a new label takes the next number.
    fn define(&mut self, c: &mut Cursor<'_>) -> Result<()> {
        let word = c.word()?;
        let Some(label) = word.strip_prefix('%') else {
            return Err(c.error(format!("expected %label, found {word}")));
        };
        let next = self.counts.get(&Space::Reg).copied().unwrap_or(0);
        let index = match super::number(label) {
            Some(n) => n,
            None => *self
                .local
                .entry((Space::Reg, label.to_string()))
                .or_insert(next),
        };
        self.counts
            .insert(Space::Reg, next.max(index.saturating_add(1)));
        Ok(())
    }

    fn block_heading(&self, c: &mut Cursor<'_>) -> Result<Vec<Reg>> {
        c.word()?;
        let params = c.list(|c| self.reg(c))?;
        if c.take_token(Token::Colon) {
            Ok(params)
        } else {
            Err(c.error("a block's heading ends in :".to_string()))
        }
    }

    fn reg(&self, c: &mut Cursor<'_>) -> Result<Reg> {
        let word = c.word()?;
        Ok(Reg(self.index(c, Space::Reg, word)?))
    }

    fn inst(&self, c: &mut Cursor<'_>) -> Result<Inst> {
        let mut dst = None;
        if is_definition(c) {
            dst = Some(self.reg(c)?);
            c.expect("=")?;
        }
        let word = c.word()?;
        let op = op_by_text(word).ok_or_else(|| c.error(format!("unknown operation {word}")))?;
        let imm = self.imm(op, c)?;
        let args = c.words(|c| self.operand(c))?;
        let site = if c.at_site() {
            Some(self.site_id(c)?)
        } else {
            None
        };
        Ok(Inst {
            op,
            dst,
            args,
            imm,
            site,
        })
    }

    fn imm(&self, op: Op, c: &mut Cursor<'_>) -> Result<u32> {
        let space = match op.imm() {
            Imm::None => {
                let braced = c
                    .peek_word()
                    .and_then(|w| w.strip_prefix('{')?.strip_suffix('}'));
                let Some(n) = braced.and_then(super::number) else {
                    return Ok(0);
                };
                return c.word().map(|_| n);
            }
            Imm::Free | Imm::Field => {
                let word = c.word()?;
                let index = word.strip_prefix('.').and_then(super::number);
                return index.ok_or_else(|| c.error(format!("expected .number, found {word}")));
            }
            Imm::Var => Space::Var,
            Imm::Cp => Space::Cp,
            Imm::Prim => Space::Prim,
        };
        let word = c.word()?;
        self.index(c, space, word)
    }

    fn operand(&self, c: &mut Cursor<'_>) -> Result<Operand> {
        let Some(word) = c.peek_word() else {
            return c.word().map(|_| Operand::Hole);
        };
        match word.as_bytes().first() {
            Some(b'#') => return immediate(c).map(Operand::Imm),
            Some(b'%') => return self.reg(c).map(Operand::Reg),
            _ => c.word()?,
        };
        let index = |space| self.index(c, space, word);
        Ok(match word.as_bytes().first() {
            Some(b'_') if word == "_" => Operand::Hole,
            Some(b'$') => Operand::Lit(LitId(index(Space::Literal)?)),
            Some(b'@') => Operand::Proc(CpId(index(Space::Cp)?)),
            Some(b'&') => Operand::ImportProc(ImportProcId(index(Space::ImportProc)?)),
            Some(b'~') => Operand::Prim(PrimId(index(Space::Prim)?)),
            _ => Operand::Fixnum(
                word.parse()
                    .map_err(|_| c.error(format!("{word} is no operand")))?,
            ),
        })
    }

    fn site_id(&self, c: &mut Cursor<'_>) -> Result<SiteId> {
        match c.peek_word() {
            Some("!") => c.word().map(|_| SiteId(0)),
            Some(word) if word.starts_with('!') => c
                .word()
                .and_then(|_| self.index(c, Space::Site, word))
                .map(SiteId),
            _ => Ok(SiteId(0)),
        }
    }

    fn block_id(&self, c: &mut Cursor<'_>) -> Result<BlockId> {
        let word = c.word()?;
        Ok(BlockId(self.index(c, Space::Block, word)?))
    }

    fn cp_id(&self, c: &mut Cursor<'_>) -> Result<CpId> {
        let word = c.word()?;
        Ok(CpId(self.index(c, Space::Cp, word)?))
    }

    fn operands(&self, c: &mut Cursor<'_>) -> Result<Vec<Operand>> {
        c.list(|c| self.operand(c))
    }

    fn term(&self, c: &mut Cursor<'_>) -> Result<Term> {
        Ok(match c.word()? {
            "return" => Term::Return(c.words(|c| self.operand(c))?),
            "throw" => Term::Throw {
                frame: self.operand(c)?,
                values: self.operands(c)?,
                site: self.site_id(c)?,
            },
            "goto" => Term::Goto(self.block_id(c)?, self.operands(c)?),
            "branch" => Term::Branch {
                cond: self.operand(c)?,
                then: self.block_id(c)?,
                or_else: self.block_id(c)?,
            },
            "jump" => Term::Jump(self.cp_id(c)?, self.operands(c)?),
            "call" => self.call(Target::Value(self.operand(c)?), c)?,
            "call-direct" => self.call(Target::Direct(self.cp_id(c)?, self.operand(c)?), c)?,
            _ => {
                let word = c.word()?;
                let id = ImportProcId(self.index(c, Space::ImportProc, word)?);
                self.call(Target::Import(id), c)?
            }
        })
    }

    fn call(&self, target: Target, c: &mut Cursor<'_>) -> Result<Term> {
        let args = self.operands(c)?;
        let ret = if c.take("->") {
            Some(Frame {
                ret: self.cp_id(c)?,
                live: self.operands(c)?,
            })
        } else {
            None
        };
        Ok(Term::Call(Call {
            target,
            args,
            ret,
            site: self.site_id(c)?,
        }))
    }
}

impl Param {
    fn kind(self) -> Option<ValueKind> {
        match self {
            Param::Reg(kind) => Some(kind),
            Param::Optional | Param::Rest => None,
        }
    }
}

struct Counts {
    required: usize,
    optional: usize,
    rest: bool,
}

/// Counts registers before `#!optional`, between it and `#!rest`, and after that.
fn count(params: &[Param], c: &Cursor<'_>) -> Result<Counts> {
    let place = |f: fn(&Param) -> bool| params.iter().position(f);
    let rest = place(|p| matches!(p, Param::Rest));
    let optional = place(|p| matches!(p, Param::Optional));
    let end = rest.unwrap_or(params.len());
    let markers = params
        .iter()
        .filter(|p| !matches!(p, Param::Reg(_)))
        .count();
    let in_order = markers == rest.is_some() as usize + optional.is_some() as usize
        && optional.is_none_or(|o| o < end);
    if !in_order || rest.is_some_and(|r| r + 2 != params.len()) {
        return Err(c.error("#!optional and #!rest stand out of order".to_string()));
    }
    let required = optional.unwrap_or(end);
    Ok(Counts {
        required,
        optional: optional.map_or(0, |o| end - o - 1),
        rest: rest.is_some(),
    })
}

fn new_block(params: Vec<Reg>) -> Block {
    Block {
        params,
        insts: vec![],
        term: Term::Return(vec![]),
    }
}

fn is_definition(c: &Cursor<'_>) -> bool {
    c.peek_word_at(1) == Some("=") && c.peek_word().is_some_and(|w| w.starts_with('%'))
}

fn stray(c: &Cursor<'_>) -> super::ParseError {
    c.error("code after a terminator".to_string())
}
