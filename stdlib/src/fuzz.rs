//! Calls all primitives with arguments of all kinds: whatever they answer, it is no
//! internal error.

use crate::port::redirect_console;
use crate::testing::Bench;
use termite_abi::value::FIXNUM_MAX;
use termite_abi::{Arity, Value};
use termite_vm::ErrorKind;

/// Touches the file system.
const LEFT_OUT: &[&str] = &[
    "open-output-file",
    "open-binary-output-file",
    "%open-append-file",
    "delete-file",
];

/// Expressions for the arguments.
const ARGUMENTS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "-1",
    "-7",
    "16",
    "255",
    "1000",
    "1152921504606846975",
    "-1152921504606846976",
    "1152921504606846976",
    "-123456789012345678901234567890",
    "1/3",
    "-7/2",
    "0.0",
    "-0.0",
    "2.5",
    "-3.0",
    "1e300",
    "1e-320",
    "+inf.0",
    "-inf.0",
    "+nan.0",
    "1+2i",
    "0.5-1.5i",
    "\"\"",
    "(string-copy \"hello\")",
    "(string-copy \"λ wörld\")",
    "(string-append \"12\" \"λ\")",
    "\"1/2\"",
    "#\\a",
    "#\\λ",
    "'()",
    "(list 1 2 3)",
    "(list 3 \"b\" 'c)",
    "(list #\\a #\\b)",
    "(list \"a\" \"λ\")",
    "(cons 1 2)",
    "'#0=(1 2 . #0#)",
    "'#0=#(1 #0#)",
    "'((a . 1) (b . 2))",
    "(list 'a: 1 'b: 2)",
    "(vector)",
    "(vector 1 'a \"x\")",
    "(vector 'x 'y)",
    "(vector #\\a #\\b)",
    "(bytevector)",
    "(bytevector 1 2 255)",
    "'a",
    "'key:",
    "'eq?",
    "'equal?",
    "'string=?",
    "(generate-symbol)",
    "#t",
    "#f",
    "(eof-object)",
    "(void)",
    "(default-object)",
    "table-eq",
    "table-equal",
    "table-string",
    "rtd",
    "(%make-record rtd 1 2)",
    "(%make-record-type 'child (vector 'z) #f rtd)",
    "(open-input-string \"abc (1 2) \\\"x\")",
    "(open-input-bytevector (bytevector 1 2 3))",
    "(open-output-string)",
    "(open-output-bytevector)",
    "(%console-input-port)",
    "(%console-output-port)",
];

struct Choices(u64);

impl Choices {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(0x1405_7b7e_f767_814f);
        (self.0 >> 33) as usize % n
    }
}

fn pool() -> (Bench, Vec<Value>) {
    let mut bench = Bench::new();
    redirect_console(
        &mut bench.vm,
        Box::new("some (input".as_bytes()),
        Box::new(std::io::sink()),
        false,
    );
    bench.run(
        "(define table-eq (%make-hash-table 'eq?)) (define table-equal (%make-hash-table 'equal?))
         (define table-string (%make-hash-table 'string=?))
         (define rtd (%make-record-type 'point (vector 'x 'y) #f))",
    );
    let mut values = Vec::new();
    for text in ARGUMENTS {
        bench.run(&format!("(define it {text})"));
        values.push(bench.variables["it"]);
    }
    (bench, values)
}

#[test]
fn no_arguments_lead_to_internal_errors() {
    let rows: Vec<_> = crate::table()
        .iter()
        .filter(|row| !LEFT_OUT.contains(&row.info.name))
        .collect();
    let mut choices = Choices(99);
    let (mut succeeded, mut failed) = (0, 0);
    for _ in 0..40 {
        // A fresh pool, since calls change its objects.
        let (mut bench, pool) = pool();
        for row in &rows {
            for _ in 0..10 {
                let Arity { min, max } = row.info.arity;
                let most = if max == Arity::ANY { min + 3 } else { max };
                let count = usize::from(min) + choices.below(usize::from(most - min) + 1);
                let args: Vec<Value> = (0..count)
                    .map(|_| pool[choices.below(pool.len())])
                    .collect();
                let shown: Vec<String> = args.iter().map(|&v| bench.write(v)).collect();
                match bench.call(row.info.name, &args) {
                    Ok(_) => succeeded += 1,
                    Err(error) => {
                        failed += 1;
                        assert!(
                            error.kind != ErrorKind::Internal,
                            "({} {}): {}",
                            row.info.name,
                            shown.join(" "),
                            error.message
                        );
                    }
                }
            }
        }
    }
    assert!(
        succeeded > 10_000 && failed > 10_000,
        "{succeeded} and {failed}"
    );
}

#[test]
fn far_indices_of_circular_lists_are_found() {
    let mut bench = Bench::new();
    bench.run("(define l '(a b . #0=(c d e . #0#)))");
    let far = FIXNUM_MAX as usize;
    let expected = ["c", "d", "e"][(far - 2) % 3];
    assert_eq!(bench.run(&format!("(list-ref l {far})")), expected);
    assert_eq!(bench.run("(list-ref l 2)"), "c");
    assert_eq!(bench.run("(list-ref l 7)"), "e");
}
