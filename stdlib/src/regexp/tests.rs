//! Patterns: text in, text out; and that nothing makes the compiler fail otherwise than by
//! a condition.

use super::program::{Encoding, Extent, Program};
use crate::testing::{Bench, check};
use regex_automata::Input;
use termite_vm::ErrorKind;

#[test]
fn searching() {
    check(
        r#"
        (%regexp-compile "(a)(b)?") => 2
        (%regexp-search "(a)(b)?" "xxa") => #(2 3 2 3 #f #f)
        (%regexp-search "b+" "abbbc" 2) => #(2 4)
        (%regexp-search "b+" "abbbc" 2 3) => #(2 3)
        (%regexp-search "b" "abbbc" 4) => #f
        (%regexp-search "\\Ab" "abbbc" 1) => #(1 2)
        (%regexp-search "é(.)" "aé√x") => #(1 3 2 3)
        (%regexp-search "é(.)" "aéx") => #(1 3 2 3)
        (%regexp-search "√" "aéx") => #f
        (%regexp-search "\\b{start}x" "éx x") => #(3 4)
        (%regexp-search "[\\p{letter}]+" "12λμν!") => #(2 5)
        (%regexp-matches "a|ab" "ab") => #(0 2)
        (%regexp-matches "a|ab" "abc") => #f
        (%regexp-matches? "a*" "aaa") => #t
        (%regexp-matches? "λ" "abλ") => #f
        (%regexp-search-all "b*" "abbc" 0 4 #f 9) => (#(0 0) #(1 3) #(4 4))
        (%regexp-search-all "b*" "abbc" 0 4 3 9) => (#(4 4))
        (%regexp-search-all "b*" "√bb√" 0 4 #f 9) => (#(0 0) #(1 3) #(4 4))
        (%regexp-search-all "b" "√bb√b" 1 5 2 9) => (#(2 3) #(4 5))
        (%regexp-search-all "b" "bbbb" 0 4 #f 2) => (#(0 1) #(1 2))
        (%regexp-compile "(a") => error: regexp-compile: not a regular expression: unclosed group
        (%regexp-compile "[\\p{nothing}]") => error: regexp-compile: no character set is named nothing
        (%regexp-compile "(?:(?:a{1000}){1000}){1000}") => error: regexp-compile: the regular expression is too large
        (%regexp-compile "(?-u:\\xff)") => error: regexp-compile: the pattern matches bytes that are no character
        "#,
    );
}

#[test]
fn many_patterns_are_forgotten() {
    let mut bench = Bench::new();
    for i in 0..300 {
        assert_eq!(
            bench.run(&format!("(%regexp-search \"a{{{i}}}b\" \"xb\")")) == "#(1 2)",
            i == 0
        );
    }
}

struct Choices(u64);

impl Choices {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(0x1405_7b7e_f767_814f);
        (self.0 >> 33) as usize % n
    }

    fn pick(&mut self, pieces: &[&str], most: usize) -> String {
        (0..self.below(most + 1))
            .map(|_| pieces[self.below(pieces.len())])
            .collect()
    }
}

/// Pieces that patterns are made of, whether they are any or not.
const PIECES: &[&str] = &[
    "a",
    "b",
    "é",
    "λ",
    "(",
    ")",
    "(?:",
    "[",
    "]",
    "^",
    "-",
    "&&",
    "--",
    "*",
    "+",
    "?",
    "{2}",
    "{0,3}",
    "{999999}",
    "|",
    ".",
    "\\",
    "\\b",
    "\\B",
    "\\A",
    "\\z",
    "\\p{letter}",
    "\\p{gcb=CR}",
    "\\p{",
    "}",
    "(?i)",
    "(?-u:\\b)",
    "\\x{61}",
    "\\xff",
    "(?P<n>",
    "\\1",
    "(?=",
    "\0",
    "\n",
    "(?R)",
    "(?m)",
    "$",
    "\\w",
    "\\P{word}",
    "\\x{110000}",
];

#[test]
fn any_text_is_a_pattern_or_an_error() {
    let mut choices = Choices(7);
    let mut bench = Bench::new();
    let (mut good, mut bad) = (0, 0);
    for _ in 0..4000 {
        let texts = [
            choices.pick(PIECES, 9),
            choices.pick(&["a", "b", "é", "\n", " "], 9),
            choices.pick(&["a", "λ", "é"], 5),
        ];
        let [pattern, narrow, wide] = texts.map(|text| bench.vm.heap.string(&text));
        for name in ["%regexp-search", "%regexp-matches"] {
            for text in [narrow, wide] {
                match bench.call(name, &[pattern, text]) {
                    Ok(_) => good += 1,
                    Err(error) => {
                        assert!(error.kind == ErrorKind::Error, "{}", error.message);
                        bad += 1;
                    }
                }
            }
        }
    }
    assert!(good > 1000 && bad > 1000, "{good} and {bad}");
}

/// Where a match is in a text, by characters.
fn found(
    program: &Program,
    encoding: Encoding,
    extent: Extent,
    text: &str,
) -> Option<(usize, usize)> {
    let bytes = match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Latin1 => text.chars().map(|c| u32::from(c) as u8).collect(),
    };
    let at = program
        .engine(encoding, extent)
        .unwrap()
        .find(Input::new(&bytes))?;
    let index = |place| match encoding {
        Encoding::Utf8 => text[..place].chars().count(),
        Encoding::Latin1 => place,
    };
    Some((index(at.start()), index(at.end())))
}

#[test]
fn both_encodings_agree() {
    let pieces = [
        "a", "é", "(é|a)", "[^a]", ".", "*", "?", "|", "λ", "[a-é]", "[é-λ]", "(?i:É)", "$",
        "(?Rm:$)",
    ];
    let mut choices = Choices(11);
    let mut compared = 0;
    for _ in 0..3000 {
        let Ok(program) = Program::new(&choices.pick(&pieces, 6)) else {
            continue;
        };
        assert!(program.has_latin1());
        let text = choices.pick(&["a", "é", "É", "\n", "z"], 7);
        for extent in [Extent::Part, Extent::Whole] {
            let [utf8, latin1] = [Encoding::Utf8, Encoding::Latin1]
                .map(|encoding| found(&program, encoding, extent, &text));
            assert_eq!(utf8, latin1, "{text:?}");
            compared += 1;
        }
    }
    assert!(compared > 1000, "{compared}");
}
