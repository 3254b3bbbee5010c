//! Damaging Scheme programs in ways that keep most of their shape: forms and atoms are
//! moved, copied, dropped and exchanged, so that mutants come past the reader.

use std::ops::Range;
use termite_ir::mutate::Rng;

/// What an atom may become: the names that core forms and macros look for, and values
/// where no value is expected.
const ATOMS: &[&str] = &[
    "...",
    "_",
    ".",
    "else",
    "=>",
    "x",
    "y",
    "1",
    "-1",
    "0.5",
    "#t",
    "\"s\"",
    "#\\a",
    "()",
    "#(1 x)",
    "define",
    "set!",
    "lambda",
    "let",
    "let*",
    "letrec",
    "let-values",
    "do",
    "cond",
    "case",
    "guard",
    "if",
    "when",
    "begin",
    "quote",
    "quasiquote",
    "unquote",
    "unquote-splicing",
    "'",
    "`",
    ",",
    ",@",
    "let-syntax",
    "letrec-syntax",
    "define-syntax",
    "syntax-rules",
    "define-values",
    "define-record-type",
    "parameterize",
    "delay",
    "case-lambda",
    "define-macro",
    "define-library",
    "import",
    "export",
    "only",
    "except",
    "rename",
    "prefix",
    "include",
    "cond-expand",
    "call/cc",
    "values",
    "apply",
    "car",
    "+",
];

/// A mutant of `text`; forms may come from `donor`.
pub fn mutant(text: &str, donor: &str, rng: &mut Rng) -> String {
    let mut text = text.to_owned();
    for _ in 0..1 + rng.below(3) {
        step(&mut text, donor, rng);
    }
    text
}

fn step(text: &mut String, donor: &str, rng: &mut Rng) {
    let forms = forms(text);
    let Some(target) = pick(&forms, rng) else {
        text.push_str(ATOMS[rng.below(ATOMS.len())]);
        return;
    };
    let others = self::forms(donor);
    let replacement = match rng.below(8) {
        0 => String::new(),
        1 => text[target.clone()].repeat(2),
        2 => format!("({})", &text[target.clone()]),
        3 => inside(&text[target.clone()]).to_owned(),
        4 => pick(&forms, rng).map_or(String::new(), |form| text[form].to_owned()),
        5 => pick(&others, rng).map_or(String::new(), |form| donor[form].to_owned()),
        _ => ATOMS[rng.below(ATOMS.len())].to_owned(),
    };
    text.replace_range(target, &format!(" {replacement} "));
}

/// A list without its parentheses.
fn inside(form: &str) -> &str {
    form.strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .unwrap_or(form)
}

fn pick(forms: &[Range<usize>], rng: &mut Rng) -> Option<Range<usize>> {
    if forms.is_empty() {
        None
    } else {
        forms.get(rng.below(forms.len())).cloned()
    }
}

/// A smaller text that still `fails`: forms are left out, the largest first, as long as
/// that changes anything.
pub fn shrink(text: &str, mut fails: impl FnMut(&str) -> bool) -> String {
    let mut text = text.to_owned();
    let mut has_changed = true;
    while has_changed {
        has_changed = false;
        let mut forms = forms(&text);
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        for form in forms {
            for replacement in [
                String::new(),
                "1".to_owned(),
                inside(&text[form.clone()]).to_owned(),
            ] {
                let mut smaller = text.clone();
                smaller.replace_range(form.clone(), &replacement);
                if smaller.len() < text.len() && fails(&smaller) {
                    text = smaller;
                    has_changed = true;
                    break;
                }
            }
            if has_changed {
                break;
            }
        }
    }
    text
}

/// Where the atoms and the lists of a text are, roughly: comments and strings count as
/// text like any other.
fn forms(text: &str) -> Vec<Range<usize>> {
    let mut forms = Vec::new();
    let mut open = Vec::new();
    let mut atom = None;
    for (at, c) in text.char_indices() {
        let is_delimiter = c.is_whitespace() || c == '(' || c == ')';
        match (is_delimiter, atom) {
            (true, Some(start)) => {
                forms.push(start..at);
                atom = None;
            }
            (false, None) => atom = Some(at),
            _ => {}
        }
        match c {
            '(' => open.push(at),
            ')' => forms.extend(open.pop().map(|start| start..at + 1)),
            _ => {}
        }
    }
    forms.extend(atom.map(|start| start..text.len()));
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_text() {
        let text = "(a (b) c) d";
        let found: Vec<&str> = forms(text).into_iter().map(|form| &text[form]).collect();
        assert_eq!(found, ["a", "b", "(b)", "c", "(a (b) c)", "d"]);
    }

    #[test]
    fn what_does_not_matter_is_left_out() {
        let small = shrink("(define (f x) (if (bad) 2 3)) (g)", |text| {
            text.contains("(bad)")
        });
        assert_eq!(small.trim(), "(bad)");
    }

    #[test]
    fn mutants_differ_and_repeat() {
        let text = "(define (f x) (if x 1 2))";
        let all: Vec<String> = (0..50)
            .map(|i| mutant(text, "(g)", &mut Rng::new(i)))
            .collect();
        assert!(all.iter().filter(|m| *m != text).count() > 40);
        assert_eq!(all[7], mutant(text, "(g)", &mut Rng::new(7)));
    }
}
