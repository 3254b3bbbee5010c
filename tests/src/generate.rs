//! Programs made from a seed: processes, messages, continuations, winders, parameters and
//! hash tables, whose output does not depend on where their processes run.
//!
//! That they are deterministic rests on a few rules. Every expression has a whole number as
//! its value. Processes share nothing and are joined by tag; what one notes comes to its
//! parent when it is joined. A server has one client at a time. A process that waits for a
//! child or for a message to itself does not move, since its mailbox would stay behind.
//! What the programs call is in `tests/values/support/generated.scm`.

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

struct Generator {
    random: Random,
    /// Variables in scope that hold numbers.
    variables: Vec<String>,
    names: usize,
    /// Whether the process may move where the next expression stands.
    moves: bool,
    /// Processes one inside the other.
    depth: usize,
    /// Expressions that may still be made, so that programs stay small.
    budget: usize,
}

/// Deepest nesting of processes.
const MOST_DEPTH: usize = 3;
/// Expressions of a program.
const BUDGET: usize = 120;

/// The definition of `root` of the program with this number.
pub fn program(seed: u64) -> String {
    let mut generator = Generator {
        random: Random(seed),
        variables: Vec::new(),
        names: 0,
        moves: true,
        depth: 0,
        budget: BUDGET,
    };
    let body = generator.body(5);
    format!("(define (root note)\n  {body})\n")
}

type Form = fn(&mut Generator, usize) -> String;

/// What an expression can be, beside a number or a variable.
const FORMS: &[Form] = &[
    Generator::arithmetic,
    Generator::arithmetic,
    Generator::conditional,
    Generator::binding,
    Generator::binding,
    Generator::assignment,
    Generator::note,
    Generator::note,
    Generator::escape,
    Generator::reentry,
    Generator::winding,
    Generator::winding_left,
    Generator::winding_reentered,
    Generator::parameter,
    Generator::parameter,
    Generator::table,
    Generator::mapping,
    Generator::looping,
    Generator::guarded,
    Generator::handled,
    Generator::failing,
    Generator::promise,
    Generator::record,
    Generator::forked,
    Generator::forked,
    Generator::forked_all,
    Generator::moved,
    Generator::moved,
    Generator::served,
    Generator::own_messages,
    Generator::closure_sent,
    Generator::closure_returned,
    Generator::resumed_twice,
    Generator::table_sent,
];

impl Generator {
    fn expr(&mut self, size: usize) -> String {
        if size == 0 || self.budget == 0 {
            return self.leaf();
        }
        self.budget -= 1;
        let form = FORMS[self.random.below(FORMS.len())];
        form(self, size - 1)
    }

    fn leaf(&mut self) -> String {
        match self.random.below(6) {
            0 => "(p0)".into(),
            1 => "(p1)".into(),
            n if n < 5 && !self.variables.is_empty() => {
                let i = self.random.below(self.variables.len());
                self.variables[i].clone()
            }
            _ => self.random.below(100).to_string(),
        }
    }

    fn fresh(&mut self, stem: &str) -> String {
        self.names += 1;
        format!("{stem}{}", self.names)
    }

    /// A place for a process.
    fn place(&mut self) -> String {
        format!("(place {})", self.random.below(3))
    }

    /// A form in which a variable is bound.
    fn scope(&mut self, name: &str, size: usize) -> String {
        self.variables.push(name.to_owned());
        let text = self.expr(size);
        self.variables.pop();
        text
    }

    /// An expression during which the process stays where it is.
    fn still(&mut self, size: usize) -> String {
        let moves = std::mem::replace(&mut self.moves, false);
        let text = self.expr(size);
        self.moves = moves;
        text
    }

    /// A few expressions one after the other.
    fn body(&mut self, size: usize) -> String {
        let count = 1 + self.random.below(3);
        let all: Vec<String> = (0..count).map(|_| self.expr(size)).collect();
        format!("(begin {})", all.join(" "))
    }

    /// What a new process does; it has its own notes and may move.
    fn process(&mut self, size: usize) -> String {
        if self.depth == MOST_DEPTH {
            return self.leaf();
        }
        self.depth += 1;
        let moves = std::mem::replace(&mut self.moves, true);
        let text = self.body(size);
        self.moves = moves;
        self.depth -= 1;
        text
    }

    // -- plain expressions --

    fn arithmetic(&mut self, size: usize) -> String {
        let op = ["+", "-", "*", "max"][self.random.below(4)];
        format!("(norm ({op} {} {}))", self.expr(size), self.expr(size))
    }

    fn conditional(&mut self, size: usize) -> String {
        let test = ["odd?", "zero?", "even?"][self.random.below(3)];
        let (a, b, c) = (self.expr(size), self.expr(size), self.expr(size));
        format!("(if ({test} {a}) {b} {c})")
    }

    fn binding(&mut self, size: usize) -> String {
        let name = self.fresh("v");
        let value = self.expr(size);
        format!("(let (({name} {value})) {})", self.scope(&name, size))
    }

    fn assignment(&mut self, size: usize) -> String {
        match self.variables.len() {
            0 => self.binding(size),
            n => {
                let name = self.variables[self.random.below(n)].clone();
                let value = self.expr(size);
                format!("(begin (set! {name} {value}) {})", self.expr(size))
            }
        }
    }

    fn note(&mut self, size: usize) -> String {
        format!("(note {})", self.expr(size))
    }

    fn mapping(&mut self, size: usize) -> String {
        let name = self.fresh("x");
        let (a, b) = (self.expr(size), self.expr(size));
        let f = self.scope(&name, size);
        match self.random.below(3) {
            0 => format!("(norm (apply + (map (lambda ({name}) {f}) (list {a} {b} 3))))"),
            1 => format!("(norm (fold (lambda ({name} sum) (+ sum {f})) {a} (list {b} 1)))"),
            _ => format!("(vector-ref (vector-map (lambda ({name}) {f}) (vector {a} {b})) 1)"),
        }
    }

    fn looping(&mut self, size: usize) -> String {
        let (loop_name, i) = (self.fresh("loop"), self.fresh("i"));
        let step = self.scope(&i, size);
        format!(
            "(let {loop_name} (({i} 0) (sum 0)) \
             (if (< {i} 3) ({loop_name} (+ {i} 1) (norm (+ sum {step}))) sum))"
        )
    }

    fn promise(&mut self, size: usize) -> String {
        let (name, value) = (self.fresh("p"), self.expr(size));
        format!("(let (({name} (delay {value}))) (norm (+ (force {name}) (force {name}))))")
    }

    fn record(&mut self, size: usize) -> String {
        let name = self.fresh("r");
        let (a, b, c) = (self.expr(size), self.expr(size), self.expr(size));
        format!(
            "(let (({name} (make-pair-of {a} {b}))) (set-pair-of-left! {name} {c}) \
             (norm (+ (pair-of-left {name}) (pair-of-right {name}))))"
        )
    }

    // -- continuations, winders, parameters, exceptions --

    fn escape(&mut self, size: usize) -> String {
        let k = self.fresh("k");
        let (a, b, c, d) = (
            self.expr(size),
            self.expr(size),
            self.expr(size),
            self.expr(size),
        );
        format!("(call/cc (lambda ({k}) (norm (+ {a} (if (odd? {b}) ({k} {c}) {d})))))")
    }

    /// A continuation that is entered three times.
    fn reentry(&mut self, size: usize) -> String {
        let (k, n, x) = (self.fresh("k"), self.fresh("n"), self.fresh("x"));
        let first = self.expr(size);
        let next = self.scope(&x, size);
        format!(
            "(let (({k} #f) ({n} 0)) (let (({x} (call/cc (lambda (c) (set! {k} c) {first})))) \
             (set! {n} (+ {n} 1)) (note {x}) (if (< {n} 3) ({k} {next}) {x})))"
        )
    }

    fn winding(&mut self, size: usize) -> String {
        let (a, b, c) = (self.leaf(), self.expr(size), self.leaf());
        format!("(dynamic-wind (lambda () (note {a})) (lambda () {b}) (lambda () (note (- {c}))))")
    }

    fn winding_left(&mut self, size: usize) -> String {
        let k = self.fresh("k");
        let (a, b, c) = (self.expr(size), self.expr(size), self.expr(size));
        format!(
            "(call/cc (lambda ({k}) (dynamic-wind (lambda () (note 1)) \
             (lambda () (if (even? {a}) ({k} {b}) {c})) (lambda () (note -1)))))"
        )
    }

    fn winding_reentered(&mut self, size: usize) -> String {
        let (k, n) = (self.fresh("k"), self.fresh("n"));
        let (a, b) = (self.expr(size), self.expr(size));
        format!(
            "(let (({k} #f) ({n} 0)) (dynamic-wind (lambda () (note 2)) \
             (lambda () (note (call/cc (lambda (c) (set! {k} c) {a})))) (lambda () (note -2))) \
             (set! {n} (+ {n} 1)) (if (< {n} 3) ({k} {b}) {n}))"
        )
    }

    fn parameter(&mut self, size: usize) -> String {
        let p = ["p0", "p1"][self.random.below(2)];
        let (a, b) = (self.expr(size), self.body(size));
        format!("(parameterize (({p} {a})) (note ({p})) {b})")
    }

    fn guarded(&mut self, size: usize) -> String {
        let (a, b, c) = (self.expr(size), self.expr(size), self.expr(size));
        format!(
            "(guard (e ((number? e) (norm (+ e {a})))) \
             (norm (+ {b} (raise (note {c})))))"
        )
    }

    fn handled(&mut self, size: usize) -> String {
        let (a, b, c) = (self.expr(size), self.expr(size), self.expr(size));
        format!(
            "(with-exception-handler (lambda (e) (norm (* (note e) {a}))) \
             (lambda () (norm (- {b} (raise-continuable {c})))))"
        )
    }

    fn failing(&mut self, size: usize) -> String {
        let (a, b) = (self.expr(size), self.expr(size));
        format!(
            "(guard (e ((error-object? e) (norm (+ {a} (length (error-object-irritants e)))))) \
             (if (odd? {b}) (error \"odd\" 1 2) (car {b})))"
        )
    }

    // -- hash tables --

    fn table(&mut self, size: usize) -> String {
        let (t, x) = (self.fresh("t"), self.fresh("x"));
        let (a, b, c) = (self.expr(size), self.expr(size), self.expr(size));
        let f = self.scope(&x, size);
        format!(
            "(let (({t} (make-hash-table))) (hash-table-set! {t} {a} {b}) \
             (hash-table-set! {t} 1 {c}) \
             (hash-table-update!/default {t} 1 (lambda ({x}) {f}) 9) (table-sum {t}))"
        )
    }

    /// A table that a process fills and another reads.
    fn table_sent(&mut self, size: usize) -> String {
        let (t, place) = (self.fresh("t"), self.place());
        let (a, b, c) = (self.leaf(), self.process(size), self.still(size));
        format!(
            "(let (({t} (make-hash-table eqv?))) (hash-table-set! {t} {a} 3) \
             (let ((back (join note (fork {place} (lambda (note) \
             (hash-table-set! {t} 2 {b}) {t}))))) \
             (hash-table-set! back 4 {c}) (norm (- (table-sum back) (table-sum {t})))))"
        )
    }

    // -- processes --

    fn forked(&mut self, size: usize) -> String {
        let (tag, place) = (self.fresh("f"), self.place());
        let (child, own) = (self.process(size), self.still(size));
        format!(
            "(let (({tag} (fork {place} (lambda (note) {child})))) \
             (let ((own {own})) (norm (+ own (join note {tag})))))"
        )
    }

    /// Several children, joined in another order.
    fn forked_all(&mut self, size: usize) -> String {
        let size = size.saturating_sub(1);
        let places = [self.place(), self.place(), self.place()];
        let bodies = [self.process(size), self.process(size), self.process(size)];
        let forks: Vec<String> = places
            .iter()
            .zip(&bodies)
            .map(|(place, body)| format!("(fork {place} (lambda (note) {body}))"))
            .collect();
        let name = self.fresh("all");
        format!(
            "(let* (({name} (list {})) (c (join note (caddr {name}))) \
             (a (join note (car {name}))) (b (join note (cadr {name})))) \
             (norm (+ a (* 2 b) (* 3 c))))",
            forks.join(" ")
        )
    }

    fn moved(&mut self, size: usize) -> String {
        if !self.moves {
            return self.note(size);
        }
        let place = self.place();
        format!("(begin (migrate-task {place}) {})", self.expr(size))
    }

    fn served(&mut self, size: usize) -> String {
        let (s, place) = (self.fresh("s"), self.place());
        let (a, b, c) = (self.expr(size), self.expr(size), self.expr(size));
        format!(
            "(let (({s} (start-server {place}))) (note (!? {s} (list 'put {a} {b}) 30)) \
             (note (!? {s} (list 'put 3 {c}) 30)) (note (!? {s} (list 'get 3) 30)) \
             (stop {s} (!? {s} 'all 30)))"
        )
    }

    /// Messages to itself, taken in another order.
    fn own_messages(&mut self, size: usize) -> String {
        let tag = self.fresh("m");
        let (x, y) = (self.fresh("x"), self.fresh("y"));
        let (a, b) = (self.still(size), self.still(size));
        let inner = self.still(size);
        let last = self.scope(&x, size.saturating_sub(1));
        format!(
            "(let (({tag} (make-tag))) (! (self) (list {tag} 'first {a})) \
             (! (self) (list {tag} 'second {b})) \
             (recv ((,{tag} 'second {x}) (where (number? {x})) \
             (let ((between {inner})) (recv ((,{tag} 'first {y}) \
             (note (norm (+ {y} between))) (recv ((,{tag} . rest) 0) (after 0 {last}))) \
             (after 30 (error \"lost\")))))))"
        )
    }

    /// A procedure with a variable that it assigns, called here and there.
    fn closure_sent(&mut self, size: usize) -> String {
        let (f, n, x) = (self.fresh("f"), self.fresh("n"), self.fresh("x"));
        let place = self.place();
        let start = self.expr(size);
        let step = self.scope(&x, size);
        let argument = self.expr(size);
        // The body runs where it is called, but `note` is that of its maker, as it was.
        format!(
            "(let* (({n} {start}) ({f} (lambda ({x}) (set! {n} (norm (+ {n} {step}))) {n}))) \
             ({f} 1) (let ((there (join note (fork {place} (lambda (note) ({f} 2)))))) \
             (norm (+ (* 5 there) ({f} {argument})))))"
        )
    }

    fn closure_returned(&mut self, size: usize) -> String {
        let (n, place) = (self.fresh("n"), self.place());
        let (start, a) = (self.process(size), self.expr(size));
        format!(
            "((join note (fork {place} (lambda (note) (let (({n} {start})) \
             (lambda (x) (set! {n} (norm (+ {n} x))) {n}))))) {a})"
        )
    }

    fn resumed_twice(&mut self, size: usize) -> String {
        let places = [self.place(), self.place(), self.place()].join(" ");
        let (x, y) = (self.still(size), self.still(size));
        let (a, b) = (self.leaf(), self.leaf());
        let shape = match self.random.below(3) {
            0 => format!("(norm (+ {a} (hold 0)))"),
            1 => format!("(norm (apply + (map (lambda (i) (if (= i 2) (hold i) {b})) '(1 2 3))))"),
            _ => format!(
                "(let ((n {a})) (set! n (+ n 1)) (parameterize ((p0 {b})) (norm (+ n (hold 0) (p0)))))"
            ),
        };
        format!(
            "(let ((both (twice note {places} (lambda (hold) {shape}) {x} {y}))) \
             (norm (+ (car both) (* 7 (cadr both)))))"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_program() {
        assert_eq!(program(7), program(7));
        assert_ne!(program(7), program(8));
    }

    #[test]
    fn parentheses_match() {
        for seed in 0..200 {
            let text = program(seed);
            let depth = text.chars().fold(0i32, |depth, c| match c {
                '(' => depth + 1,
                ')' => depth - 1,
                _ => depth,
            });
            assert_eq!(depth, 0, "{seed}: {text}");
        }
    }
}
