//! Random programs: the optimised unit does what the plain one does, errors and their
//! places included. `RANDOM_COUNT` and `RANDOM_SEED` choose how many and which.

mod support;

use std::fmt::Write;
use termite_syntax::{Datum, FileId, read_all};

struct Rng(u64);

impl Rng {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// A procedure in scope: name, number of parameters, whether more are taken.
#[derive(Clone)]
struct Proc {
    name: String,
    params: usize,
    more: bool,
}

struct Gen {
    rng: Rng,
    vars: Vec<String>,
    procs: Vec<Proc>,
    next: usize,
}

impl Gen {
    fn fresh(&mut self, stem: &str) -> String {
        self.next += 1;
        format!("{stem}{}", self.next)
    }

    fn pick(&mut self, items: &[&str]) -> String {
        items[self.rng.below(items.len())].to_string()
    }

    fn atom(&mut self) -> String {
        match self.rng.below(10) {
            0..=5 if !self.vars.is_empty() => {
                let i = self.rng.below(self.vars.len());
                self.vars[i].clone()
            }
            6 => self.pick(&["#t", "#f", "'()", "'a", "'(1 2 3)"]),
            _ => (self.rng.below(7) as i64 - 2).to_string(),
        }
    }

    fn scoped<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let (vars, procs) = (self.vars.len(), self.procs.len());
        let result = f(self);
        self.vars.truncate(vars);
        self.procs.truncate(procs);
        result
    }

    fn exprs(&mut self, n: usize, depth: usize) -> String {
        (0..n)
            .map(|_| self.expr(depth))
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn expr(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.atom();
        }
        let d = depth - 1;
        match self.rng.below(27) {
            0..=2 => self.atom(),
            3 | 4 => format!("({} {})", self.pick(&["+", "-", "*"]), self.numbers(2, d)),
            5 => match self.rng.below(2) {
                0 => format!("({} {})", self.pick(&["<", "=", ">="]), self.numbers(2, d)),
                _ => format!("({} {})", self.pick(&["eq?", "eqv?"]), self.exprs(2, d)),
            },
            6 => match self.rng.below(3) {
                0 => format!(
                    "({} {})",
                    self.pick(&["zero?", "even?", "-", "+"]),
                    self.numbers(1, d)
                ),
                1 => format!(
                    "({} {})",
                    self.pick(&["first", "rest", "second"]),
                    self.expr(d)
                ),
                _ => format!(
                    "({} {})",
                    self.pick(&["not", "pair?", "null?", "fixnum?", "procedure?"]),
                    self.expr(d)
                ),
            },
            7 => format!("(cons {})", self.exprs(2, d)),
            8 => format!("(list {})", self.exprs(3, d)),
            9..=11 => format!("(if {} {} {})", self.test(d), self.expr(d), self.expr(d)),
            12 => format!("({} {})", self.pick(&["and", "or"]), self.exprs(3, d)),
            13 => format!("(begin {})", self.exprs(2, d)),
            14 => format!("(begin (display {}) {})", self.expr(d), self.expr(d)),
            15 | 16 => self.let_form(d),
            17 if !self.vars.is_empty() => {
                let i = self.rng.below(self.vars.len());
                format!("(set! {} {})", self.vars[i].clone(), self.expr(d))
            }
            18 => self.loop_form(d),
            19 | 20 => self.local_procs(d),
            21 => self.lambda(d),
            22 => self.receive(d),
            23 => {
                let k = self.fresh("k");
                let body = self.scoped(|g| {
                    g.procs.push(Proc {
                        name: k.clone(),
                        params: 1,
                        more: false,
                    });
                    g.expr(d)
                });
                format!("(call/cc (lambda ({k}) (tick) {body}))")
            }
            24 => format!("({} {})", self.pick(&["twice", "compose", "pick"]), {
                let p = self.proc_value(d);
                format!("{p} {}", self.expr(d))
            }),
            _ => self.call(d),
        }
    }

    /// Numbers, nearly always.
    fn numbers(&mut self, n: usize, depth: usize) -> String {
        let number = |g: &mut Self| match g.rng.below(40) {
            0 => g.expr(depth),
            1..=10 => (g.rng.below(9) as i64 - 3).to_string(),
            _ => format!("(num {})", g.expr(depth)),
        };
        (0..n).map(|_| number(self)).collect::<Vec<_>>().join(" ")
    }

    fn test(&mut self, depth: usize) -> String {
        match self.rng.below(6) {
            0 => format!("(< {})", self.numbers(2, depth)),
            1 => format!("(not {})", self.expr(depth)),
            2 => format!("(or {})", self.exprs(2, depth)),
            3 => format!("(and {})", self.exprs(2, depth)),
            4 => format!("(memv {} '(1 2 a))", self.expr(depth)),
            _ => self.expr(depth),
        }
    }

    fn let_form(&mut self, depth: usize) -> String {
        let names: Vec<String> = (0..1 + self.rng.below(3))
            .map(|_| self.fresh("x"))
            .collect();
        let bindings: Vec<String> = names
            .iter()
            .map(|n| format!("({n} {})", self.expr(depth)))
            .collect();
        self.scoped(|g| {
            g.vars.extend(names);
            format!("(let ({}) {})", bindings.join(" "), g.expr(depth))
        })
    }

    fn loop_form(&mut self, depth: usize) -> String {
        let (name, i, x) = (self.fresh("loop"), self.fresh("i"), self.fresh("x"));
        let start = self.expr(depth);
        self.scoped(|g| {
            g.vars.extend([i.clone(), x.clone()]);
            let (result, body, next) = (g.expr(depth), g.expr(depth), g.expr(depth));
            let step = if g.rng.chance(30) { format!("(cons {body} ({name} (+ {i} 1) {next}))") } else { format!("(begin {body} ({name} (+ {i} 1) {next}))") };
            format!("(let {name} (({i} 0) ({x} {start})) (tick) (if (and (fixnum? {i}) (< {i} 3)) {step} {result}))")
        })
    }

    fn formals(&mut self, proc: &Proc) -> (String, Vec<String>) {
        let names: Vec<String> = (0..proc.params).map(|_| self.fresh("p")).collect();
        if !proc.more {
            return (names.join(" "), names);
        }
        let rest = self.fresh("r");
        let text = format!("{} . {rest}", names.join(" "));
        let mut all = names;
        all.push(rest);
        (text, all)
    }

    fn new_proc(&mut self) -> Proc {
        Proc {
            name: self.fresh("f"),
            params: 1 + self.rng.below(5) / 2,
            more: self.rng.chance(12),
        }
    }

    fn local_procs(&mut self, depth: usize) -> String {
        let made: Vec<Proc> = (0..1 + self.rng.below(3))
            .map(|_| self.new_proc())
            .collect();
        self.scoped(|g| {
            g.procs.extend(made.clone());
            let mut out = String::from("(letrec* (");
            for proc in &made {
                let (formals, names) = g.formals(proc);
                let body = g.scoped(|g| {
                    g.vars.extend(names);
                    g.expr(depth)
                });
                let _ = write!(out, "({} (lambda ({formals}) (tick) {body}))", proc.name);
                if g.rng.chance(15) {
                    let v = g.fresh("v");
                    let _ = write!(out, "({v} {})", g.expr(depth));
                    g.vars.push(v);
                }
            }
            let _ = write!(out, ") {})", g.expr(depth));
            out
        })
    }

    fn lambda(&mut self, depth: usize) -> String {
        let proc = self.new_proc();
        let (formals, names) = self.formals(&proc);
        self.scoped(|g| {
            g.vars.extend(names);
            format!("(lambda ({formals}) (tick) {})", g.expr(depth))
        })
    }

    fn proc_value(&mut self, depth: usize) -> String {
        let fitting: Vec<String> = self
            .procs
            .iter()
            .filter(|p| p.params == 1)
            .map(|p| p.name.clone())
            .collect();
        if !fitting.is_empty() && self.rng.chance(60) {
            return fitting[self.rng.below(fitting.len())].clone();
        }
        let p = self.fresh("p");
        self.scoped(|g| {
            g.vars.push(p.clone());
            format!("(lambda ({p}) (tick) {})", g.expr(depth))
        })
    }

    fn call(&mut self, depth: usize) -> String {
        if self.procs.is_empty() {
            return self.atom();
        }
        let i = self.rng.below(self.procs.len());
        let proc = self.procs[i].clone();
        let extra = if proc.more {
            self.rng.below(3)
        } else {
            usize::from(self.rng.chance(2))
        };
        format!("({} {})", proc.name, self.exprs(proc.params + extra, depth))
    }

    fn receive(&mut self, depth: usize) -> String {
        let names: Vec<String> = (0..2).map(|_| self.fresh("x")).collect();
        let producer = match self.rng.below(3) {
            0 => format!("(values {})", self.exprs(2, depth)),
            1 => format!(
                "(if {} (values {}) (two {}))",
                self.test(depth),
                self.exprs(2, depth),
                self.expr(depth)
            ),
            _ => format!("(two {})", self.expr(depth)),
        };
        let formals = if self.rng.chance(25) {
            format!("({} . {})", names[0], names[1])
        } else {
            format!("({} {})", names[0], names[1])
        };
        self.scoped(|g| {
            g.vars.extend(names);
            format!("(receive {formals} {producer} {})", g.expr(depth))
        })
    }

    fn program(&mut self) -> String {
        let mut out = String::from(PRELUDE);
        let made: Vec<Proc> = (0..1 + self.rng.below(4))
            .map(|_| self.new_proc())
            .collect();
        self.procs.extend(made.clone());
        let globals = self.rng.below(3);
        for _ in 0..globals {
            let v = self.fresh("g");
            let _ = writeln!(out, "(define {v} {})", self.expr(2));
            self.vars.push(v);
        }
        for proc in &made {
            let (formals, names) = self.formals(proc);
            let body = self.scoped(|g| {
                g.vars.extend(names);
                g.expr(5)
            });
            let _ = writeln!(out, "(define ({} {formals}) (tick) {body})", proc.name);
        }
        // Sometimes the definitions are a library's; a script cannot assign those.
        let is_library = self.rng.chance(40);
        if is_library {
            self.vars.clear();
        }
        let mut script = String::new();
        for _ in 0..3 {
            let _ = writeln!(script, "(display {})", self.expr(4));
        }
        if is_library {
            format!("{script};; unit: lib\n{out}")
        } else {
            out + &script
        }
    }
}

const PRELUDE: &str = "(define fuel 400)
(define (tick) (set! fuel (- fuel 1)) (if (< fuel 0) (error 'fuel)))
(define (call/cc f) (let ((k (%capture))) (f (lambda (v) (%throw k v)))))
(define (num x) (if (fixnum? x) (remainder x 1000) 0))
(define (first x) (if (pair? x) (car x) x))
(define (rest x) (if (pair? x) (cdr x) x))
(define (second x) (if (pair? (rest x)) (cadr x) 'none))
(define (two x) (values x 7))
(define (twice f) (lambda (x) (tick) (f (f x))))
(define (compose f) (tick) (f f))
(define (pick f x) (if (pair? x) (f (car x)) (f x)))
(define (each f l) (if (pair? l) (begin (f (car l)) (each f (cdr l))) l))
";

fn option(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|v| v.parse().ok())
        .unwrap_or(default)
}

/// What is wrong with a program, if anything is; the first line says of what sort.
fn fault(program: &str) -> Option<String> {
    let run = |optimise| {
        std::panic::catch_unwind(|| support::run_text(program, optimise)).map_err(|payload| {
            let text = payload
                .downcast_ref::<String>()
                .cloned()
                .unwrap_or_default();
            let first = text
                .lines()
                .next()
                .unwrap_or("")
                .chars()
                .filter(|c| !c.is_ascii_digit());
            format!("optimise {optimise}: {}", first.collect::<String>())
        })
    };
    match (run(false), run(true)) {
        (Ok(plain), Ok(optimised)) if plain == optimised => None,
        (Ok(plain), Ok(optimised)) => Some(format!(
            "different\nplain:     {plain}\noptimised: {optimised}"
        )),
        (Err(e), _) | (_, Err(e)) => Some(e),
    }
}

/// A smaller program with a fault of the same sort: forms are dropped, or replaced by a
/// part of theirs or by a constant, as long as that is possible.
fn shrink(program: &str, sort: &str) -> String {
    let mut forms = read_all(FileId(0), program).unwrap();
    let text = |forms: &[Datum]| {
        forms
            .iter()
            .map(termite_syntax::write_datum)
            .collect::<Vec<_>>()
            .join("\n")
    };
    let bad = |forms: &[Datum]| fault(&text(forms)).is_some_and(|f| f.lines().next() == Some(sort));
    let mut smaller = true;
    while smaller {
        smaller = false;
        for i in (0..forms.len()).rev() {
            let mut fewer = forms.clone();
            fewer.remove(i);
            if bad(&fewer) {
                (forms, smaller) = (fewer, true);
            }
        }
        for i in 0..forms.len() {
            for at in 0..forms[i].walk().count() {
                let Some(part) = forms[i].walk().nth(at).cloned() else {
                    break;
                };
                let mut parts: Vec<Datum> = part.items().cloned().collect();
                parts.push(Datum::fixnum(0, part.span));
                for with in parts {
                    let mut changed = forms.clone();
                    changed[i] = replace(&forms[i], at, &with);
                    if text(&changed).len() < text(&forms).len() && bad(&changed) {
                        (forms, smaller) = (changed, true);
                        break;
                    }
                }
            }
        }
    }
    text(&forms)
}

/// The datum with its `at`th node, in the order of `walk`, replaced.
fn replace(datum: &Datum, at: usize, with: &Datum) -> Datum {
    if at == 0 {
        return with.clone();
    }
    let Some(pair) = datum.as_pair() else {
        return datum.clone();
    };
    let cars = pair.car.walk().count();
    if at <= cars {
        Datum::cons(
            replace(&pair.car, at - 1, with),
            pair.cdr.clone(),
            datum.span,
        )
    } else {
        Datum::cons(
            pair.car.clone(),
            replace(&pair.cdr, at - 1 - cars, with),
            datum.span,
        )
    }
}

#[test]
fn optimising_changes_nothing() {
    let (count, seed) = (option("RANDOM_COUNT", 300), option("RANDOM_SEED", 1));
    let mut ends = 0;
    for i in 0..count {
        let rng = Rng((seed + i).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let program = Gen {
            rng,
            vars: vec![],
            procs: vec![],
            next: 0,
        }
        .program();
        if let Some(fault) = fault(&program) {
            if program.contains(";; unit") {
                panic!("seed {}: {fault}\n{program}", seed + i);
            }
            std::panic::set_hook(Box::new(|_| {}));
            let small = shrink(&program, fault.lines().next().unwrap_or(""));
            let _ = std::panic::take_hook();
            let again = self::fault(&small);
            panic!("seed {}: {fault}\n{small}\n{again:?}", seed + i);
        }
        let output = support::run_text(&program, false);
        ends += u64::from(!output.contains('!') || output.contains("!fuel"));
    }
    assert!(ends * 5 > count, "only {ends} of {count} programs end well");
}
