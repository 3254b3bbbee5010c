//! Both forms of units that no compiler made: every field anything that fits its type.

use std::sync::Arc;
use termite_ir::mutate::Rng;
use termite_ir::*;

/// Makes parts of units at random.
struct Arbitrary(Rng);

impl Arbitrary {
    fn n(&mut self) -> u32 {
        self.0.wild_u32()
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let most = if self.0.chance(5) { 80 } else { 5 };
        (0..self.0.below(most)).map(|_| item(self)).collect()
    }

    fn string(&mut self) -> String {
        const CHARS: &[char] = &[
            'a', ' ', '"', '\\', '\n', '\r', '\t', ';', '(', '#', ':', '\u{0}', '\u{85}',
            '\u{2028}', 'λ', '𝄞', '\u{feff}',
        ];
        self.list(|a| *a.0.pick(CHARS).unwrap())
            .into_iter()
            .collect()
    }

    fn char(&mut self) -> char {
        char::from_u32(self.n()).unwrap_or('\u{10ffff}')
    }

    fn imm(&mut self) -> Immediate {
        match self.0.below(11) {
            10 => Immediate::Char(self.char()),
            i => text::IMMEDIATES[i].0,
        }
    }

    fn fixnum(&mut self) -> i64 {
        let edges = [0, -1, i64::MIN, i64::MAX, 1 << 60, -(1 << 60)];
        if self.0.chance(50) {
            *self.0.pick(&edges).unwrap()
        } else {
            self.0.next_u64() as i64 >> self.0.below(64)
        }
    }

    fn operand(&mut self) -> Operand {
        match self.0.below(8) {
            0 => Operand::Reg(Reg(self.n())),
            1 => Operand::Fixnum(self.fixnum()),
            2 => Operand::Imm(self.imm()),
            3 => Operand::Lit(LitId(self.n())),
            4 => Operand::Proc(CpId(self.n())),
            5 => Operand::ImportProc(ImportProcId(self.n())),
            6 => Operand::Prim(PrimId(self.n())),
            _ => Operand::Hole,
        }
    }

    fn operands(&mut self) -> Vec<Operand> {
        self.list(Self::operand)
    }

    fn inst(&mut self) -> Inst {
        let op = *self.0.pick(Op::ALL).unwrap();
        let dst = self.0.chance(50).then(|| Reg(self.n() & 0xffff));
        let site = self.0.chance(50).then(|| SiteId(self.n()));
        Inst {
            op,
            dst,
            args: self.operands(),
            imm: self.n(),
            site,
        }
    }

    fn term(&mut self) -> Term {
        let site = SiteId(self.n());
        match self.0.below(6) {
            0 => Term::Return(self.operands()),
            1 => Term::Throw {
                frame: self.operand(),
                values: self.operands(),
                site,
            },
            2 => Term::Goto(BlockId(self.n()), self.operands()),
            3 => Term::Branch {
                cond: self.operand(),
                then: BlockId(self.n()),
                or_else: BlockId(self.n()),
            },
            4 => Term::Jump(CpId(self.n()), self.operands()),
            _ => {
                let target = match self.0.below(3) {
                    0 => Target::Value(self.operand()),
                    1 => Target::Direct(CpId(self.n()), self.operand()),
                    _ => Target::Import(ImportProcId(self.n())),
                };
                let ret = self.0.chance(50).then(|| Frame {
                    ret: CpId(self.n()),
                    live: self.operands(),
                });
                Term::Call(Call {
                    target,
                    args: self.operands(),
                    ret,
                    site,
                })
            }
        }
    }

    fn block(&mut self) -> Block {
        Block {
            params: self.list(|a| Reg(a.n() & 0xffff)),
            insts: self.list(Self::inst),
            term: self.term(),
        }
    }

    fn kinds(&mut self) -> Vec<ValueKind> {
        self.list(|a| match a.0.below(3) {
            0 => ValueKind::Any,
            1 => ValueKind::Box,
            _ => ValueKind::Closure(CpId(a.n())),
        })
    }

    fn cp(&mut self, proc: ProcId) -> ControlPoint {
        let (few, flag) = (self.0.below(4) as u16, self.0.chance(50));
        let kind = match self.0.below(3) {
            0 => {
                let next_clause = self.0.chance(50).then(|| CpId(self.n()));
                CpKind::Entry(Entry {
                    required: self.0.below(300) as u16,
                    optional: few,
                    rest: flag,
                    free: self.kinds(),
                    next_clause,
                })
            }
            1 => CpKind::Return(Return {
                values: few,
                rest: self.0.chance(50),
                ignores: flag,
                live: self.kinds(),
            }),
            _ => CpKind::Jump(self.kinds()),
        };
        ControlPoint {
            proc,
            kind,
            regs: self.n(),
            blocks: self.list(Self::block),
        }
    }

    fn literal(&mut self) -> Literal {
        let (a, b) = (LitId(self.n()), LitId(self.n()));
        match self.0.below(11) {
            0 => Literal::Imm(self.imm()),
            1 => Literal::Fixnum(self.fixnum()),
            2 => Literal::Bignum(self.0.chance(50), self.list(|a| a.0.next_u64())),
            3 => Literal::Ratio(a, b),
            4 => Literal::Flonum(self.flonum()),
            5 => Literal::Complex(a, b),
            6 => Literal::String(self.string()),
            7 => Literal::Symbol(self.string()),
            8 => Literal::Pair(a, b),
            9 => Literal::Vector(self.list(|a| LitId(a.n()))),
            _ => Literal::Bytevector(self.list(|a| a.n() as u8)),
        }
    }

    fn flonum(&mut self) -> u64 {
        let edges = [
            0.0,
            -0.0,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            f64::MIN_POSITIVE,
            5e-324,
            0.1,
            f64::MAX,
            1e21,
        ];
        if self.0.chance(50) {
            self.0.pick(&edges).unwrap().to_bits()
        } else {
            self.0.next_u64()
        }
    }

    fn hash(&mut self) -> UnitHash {
        std::array::from_fn(|_| self.n() as u8)
    }

    fn procs(&mut self) -> (Vec<Proc>, Vec<ControlPoint>) {
        let (mut procs, mut cps) = (vec![], vec![]);
        for i in 0..self.0.below(4) {
            let more = self.list(|a| a.cp(ProcId(i as u32)));
            procs.push(Proc {
                name: self.string(),
                first: CpId(cps.len() as u32),
                count: more.len() as u32,
            });
            cps.extend(more);
        }
        (procs, cps)
    }

    fn debug(&mut self) -> Debug {
        let site = |a: &mut Self| Site {
            file: a.n(),
            start: a.n(),
            end: a.n(),
            line: a.n(),
            column: a.n(),
        };
        Debug {
            files: self.list(Self::string),
            sites: self.list(site),
            cp_names: self.list(Self::string),
        }
    }

    fn unit(&mut self) -> Unit {
        use termite_abi::Effect;
        const EFFECTS: [Effect; 4] = [Effect::Pure, Effect::Leaf, Effect::Alloc, Effect::Block];
        let (procs, cps) = self.procs();
        Unit {
            name: self.string(),
            source: self
                .list(|a| Source {
                    commit: a.string(),
                    content: a.hash(),
                })
                .pop(),
            imports: self.list(|a| Import {
                name: a.string(),
                hash: a.hash(),
            }),
            import_procs: self.list(|a| ImportProc {
                import: ImportId(a.n()),
                cp: CpId(a.n()),
                arity: a.n() as u16,
            }),
            vars: self.list(|a| {
                let kinds = [
                    VarKind::Own,
                    VarKind::Import(ImportId(a.n()), VarId(a.n())),
                    VarKind::Late,
                ];
                Var {
                    name: a.string(),
                    kind: *a.0.pick(&kinds).unwrap(),
                }
            }),
            literals: self.list(Self::literal),
            prims: self.list(|a| PrimUse {
                name: a.string(),
                effect: *a.0.pick(&EFFECTS).unwrap(),
            }),
            procs,
            cps,
            init: CpId(self.n()),
            exports: self.list(|a| {
                let kinds = [ExportKind::Proc(CpId(a.n())), ExportKind::Var(VarId(a.n()))];
                Export {
                    name: a.string(),
                    kind: *a.0.pick(&kinds).unwrap(),
                }
            }),
            debug: if self.0.chance(20) {
                Debug::default()
            } else {
                self.debug()
            },
        }
    }
}

#[test]
fn both_forms_keep_anything() {
    let mut arbitrary = Arbitrary(Rng::new(3));
    for _ in 0..3000 {
        fuzz::check(&arbitrary.unit());
    }
}

#[test]
fn parts_decode_alone() {
    for unit in fuzz::samples() {
        let lazy = LazyUnit::open(Arc::<[u8]>::from(encode(&unit))).unwrap();
        verify::verify_tables(lazy.unit()).unwrap();
        for (i, proc) in unit.procs.iter().enumerate() {
            let cps = lazy.decode_proc(ProcId(i as u32)).unwrap();
            verify::verify_body(lazy.unit(), proc.first, &cps).unwrap();
            assert_eq!(cps, unit.cps[proc.first.index()..][..proc.count as usize]);
        }
        assert_eq!(lazy.decode_debug().unwrap(), unit.debug);
        assert!(lazy.decode_proc(ProcId(99)).unwrap().is_empty());
    }
}

#[test]
fn a_body_must_be_that_of_the_tables() {
    let unit = &fuzz::samples()[0];
    let mut cps = unit.cps.clone();
    cps[0].kind = CpKind::Jump(vec![]);
    let e = verify::verify_body(unit, CpId(0), &cps).unwrap_err();
    assert_eq!(e.to_string(), "@0: it is not the one of the unit's tables");
}

#[test]
fn the_hash_is_of_the_code() {
    let unit = &fuzz::samples()[3];
    let hash = unit_hash(unit);
    let mut other = unit.clone();
    other.debug = Debug::default();
    assert_eq!(unit_hash(&other), hash);
    other.imports.push(Import {
        name: "a".to_string(),
        hash: [0; 32],
    });
    let with_import = unit_hash(&other);
    other.imports[0].hash[31] = 1;
    assert!(with_import != hash && unit_hash(&other) != with_import);
    let mut other = unit.clone();
    other.prims.push(PrimUse {
        name: "p".to_string(),
        effect: termite_abi::Effect::Leaf,
    });
    let leaf = unit_hash(&other);
    other.prims[0].effect = termite_abi::Effect::Pure;
    assert_ne!(unit_hash(&other), leaf);
}
