//! The text form: reading it back.
//!
//! Two passes over the lines: the first gives every heading's label its index, the
//! second builds the unit. Where [`crate::text`] prints a number, a label may stand
//! too (`@loop`, `%n`, `^done`, `*counter`): labels of tables, control points and blocks
//! count by position, labels of registers by order of definition. Further liberties for
//! units written by hand: block 0 needs no heading, commas are blanks, `!` alone is site
//! 0 and is what calls have when no site is given, the default `init` is `@0`, and names
//! default to labels.
//!
//! Reads any unit that can be written down, however wrong; [`mod@crate::verify`] judges.

mod cursor;
mod segment;
mod tables;

use crate::{ControlPoint, CpId, Debug, Proc, ProcId, Unit};
use cursor::{Cursor, Line, lex};
use std::collections::HashMap;

/// Text that is no unit: line from 1, and what is wrong with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    pub line: u32,
    pub message: String,
}

impl std::fmt::Display for ParseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ParseError {}

type Result<T> = std::result::Result<T, ParseError>;

/// Reads a unit from its text form.
pub fn parse(text: &str) -> Result<Unit> {
    let lines = lex(text)?;
    let names = Names::collect(&lines)?;
    let mut parser = Parser {
        lines: &lines,
        at: 0,
        names,
        unit: empty(),
    };
    while let Some(line) = parser.lines.get(parser.at) {
        parser.at += 1;
        parser.line(&mut Cursor::new(line))?;
    }
    Ok(parser.unit)
}

fn empty() -> Unit {
    Unit {
        name: "test".to_string(),
        source: None,
        imports: vec![],
        import_procs: vec![],
        vars: vec![],
        literals: vec![],
        prims: vec![],
        procs: vec![],
        cps: vec![],
        init: CpId(0),
        exports: vec![],
        debug: Debug::default(),
    }
}

/// Kinds of headings whose labels are known everywhere, by first word.
const HEADINGS: &[(&str, Space)] = &[
    ("import", Space::Import),
    ("import-proc", Space::ImportProc),
    ("var", Space::Var),
    ("prim", Space::Prim),
    ("lit", Space::Literal),
    ("entry", Space::Cp),
    ("return-point", Space::Cp),
    ("jump-point", Space::Cp),
    ("site", Space::Site),
];

/// Headings that end the control point before.
const SECTIONS: &[&str] = &[
    "proc",
    "entry",
    "return-point",
    "jump-point",
    "file",
    "site",
    "cp-name",
];

/// What a label counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Space {
    Import,
    ImportProc,
    Var,
    Prim,
    Literal,
    Cp,
    Site,
    Reg,
    Block,
}

impl Space {
    fn is_local(self) -> bool {
        matches!(self, Space::Reg | Space::Block)
    }

    const fn sigil(self) -> &'static str {
        match self {
            Space::Import => "",
            Space::ImportProc => "&",
            Space::Var => "*",
            Space::Prim => "~",
            Space::Literal => "$",
            Space::Cp => "@",
            Space::Site => "!",
            Space::Reg => "%",
            Space::Block => "^",
        }
    }
}

/// Labels and the indices that they stand for.
#[derive(Default)]
struct Names {
    labels: HashMap<(Space, String), u32>,
    /// Of the segment being read: registers and blocks.
    local: HashMap<(Space, String), u32>,
    counts: HashMap<Space, u32>,
}

impl Names {
    fn collect(lines: &[Line]) -> Result<Names> {
        let mut names = Names::default();
        let mut in_proc = false;
        for line in lines {
            let mut c = Cursor::new(line);
            let Some(first) = c.peek_word() else { continue };
            in_proc |= first == "proc";
            let heading = HEADINGS.iter().find(|(word, _)| *word == first);
            if let Some(&(word, space)) = heading
                && (!in_proc || SECTIONS.contains(&word))
            {
                c.word()?;
                names.place(&mut c, space)?;
            }
        }
        Ok(names)
    }

    /// Reads the label at the cursor as that of the next item of its space.
    fn place(&mut self, c: &mut Cursor<'_>, space: Space) -> Result<u32> {
        let word = c.word()?;
        let Some(label) = word.strip_prefix(space.sigil()) else {
            return Err(c.error(format!("expected {}label, found {word}", space.sigil())));
        };
        let count = self.counts.entry(space).or_default();
        let index = *count;
        *count += 1;
        match number(label) {
            Some(n) if n == index => {}
            Some(_) => {
                return Err(c.error(format!(
                    "{word} stands where {}{index} belongs",
                    space.sigil()
                )));
            }
            None => {
                if self
                    .map(space)
                    .insert((space, label.to_string()), index)
                    .is_some()
                {
                    return Err(c.error(format!("{word} is there twice")));
                }
            }
        }
        Ok(index)
    }

    /// The index that a word stands for: a number, or a label that was placed.
    fn index(&self, c: &Cursor<'_>, space: Space, word: &str) -> Result<u32> {
        let Some(label) = word.strip_prefix(space.sigil()) else {
            return Err(c.error(format!("expected {}label, found {word}", space.sigil())));
        };
        let map = if space.is_local() {
            &self.local
        } else {
            &self.labels
        };
        number(label)
            .or_else(|| map.get(&(space, label.to_string())).copied())
            .ok_or_else(|| c.error(format!("unknown label {word}")))
    }

    fn map(&mut self, space: Space) -> &mut HashMap<(Space, String), u32> {
        if space.is_local() {
            &mut self.local
        } else {
            &mut self.labels
        }
    }

    /// Forgets the registers and blocks of the segment before.
    fn enter_segment(&mut self) {
        self.local = HashMap::new();
        self.counts.insert(Space::Reg, 0);
        self.counts.insert(Space::Block, 0);
    }
}

/// A number without sign; other words are labels.
fn number(word: &str) -> Option<u32> {
    if word.bytes().all(|b| b.is_ascii_digit()) {
        word.parse().ok()
    } else {
        None
    }
}

struct Parser<'a> {
    lines: &'a [Line],
    at: usize,
    names: Names,
    unit: Unit,
}

impl Parser<'_> {
    fn line(&mut self, c: &mut Cursor<'_>) -> Result<()> {
        match c.word()? {
            "unit" => self.unit.name = c.string()?,
            "source" => self.source(c)?,
            "import" => self.import(c)?,
            "import-proc" => self.import_proc(c)?,
            "var" => self.var(c)?,
            "prim" => self.prim(c)?,
            "lit" => self.literal(c)?,
            "init" => self.unit.init = self.cp(c)?,
            "export" => self.export(c)?,
            "proc" => self.proc(c)?,
            kind @ ("entry" | "return-point" | "jump-point") => return self.control_point(kind, c),
            "file" => self.unit.debug.files.push(c.string()?),
            "site" => self.site(c)?,
            "cp-name" => self.unit.debug.cp_names.push(c.string()?),
            other => return Err(c.error(format!("{other} does not begin a section"))),
        }
        c.end()
    }

    fn proc(&mut self, c: &mut Cursor<'_>) -> Result<()> {
        let first = CpId(self.unit.cps.len() as u32);
        self.unit.procs.push(Proc {
            name: c.string()?,
            first,
            count: 0,
        });
        Ok(())
    }

    fn add_cp(&mut self, c: &Cursor<'_>, make: impl FnOnce(ProcId) -> ControlPoint) -> Result<()> {
        let proc = ProcId((self.unit.procs.len() as u32).wrapping_sub(1));
        let Some(last) = self.unit.procs.last_mut() else {
            return Err(c.error("a control point stands before the first proc".to_string()));
        };
        last.count += 1;
        self.unit.cps.push(make(proc));
        Ok(())
    }

    fn cp(&self, c: &mut Cursor<'_>) -> Result<CpId> {
        let word = c.word()?;
        Ok(CpId(self.names.index(c, Space::Cp, word)?))
    }
}
