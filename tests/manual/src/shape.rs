//! Calls made from what a definition's parameters are called.

use termite_syntax::{Datum, DatumKind, Special, write_datum};

/// `(f a [b] c ...)` for the parameters `(a #!optional b . c)`.
pub fn of_parameters(name: &str, parameters: &Datum) -> String {
    let mut call = format!("({name}");
    let mut section = None;
    let (items, tail) = parameters.split_list();
    for item in items {
        if let DatumKind::Special(special) = &item.kind {
            section = Some(*special);
            continue;
        }
        call += &match section {
            None => format!(" {}", parameter(item)),
            Some(Special::Optional) => format!(" [{}]", parameter(item)),
            Some(Special::Key) => format!(" [{0}: {0}]", parameter(item)),
            Some(_) => format!(" {} ...", parameter(item)),
        };
    }
    if let Some(rest) = tail.as_symbol() {
        call += &format!(" {} ...", rest.as_str());
    }
    call + ")"
}

/// The name of a parameter that may stand with its default.
fn parameter(item: &Datum) -> String {
    write_datum(item.car().unwrap_or(item))
}

/// The calls of a macro: each pattern of its `syntax-rules`, with the keyword in place.
pub fn of_rules(name: &str, rules: &Datum) -> Vec<String> {
    let items: Vec<&Datum> = rules.items().collect();
    let Some(head) = items.first() else {
        return Vec::new();
    };
    if !head.is_symbol("syntax-rules") {
        return Vec::new();
    }
    let has_ellipsis = items.get(1).is_some_and(|d| d.as_symbol().is_some());
    let clauses = items.iter().skip(if has_ellipsis { 3 } else { 2 });
    let patterns = clauses.filter_map(|clause| clause.car()?.cdr());
    patterns.map(|rest| with_head(name, rest)).collect()
}

fn with_head(name: &str, rest: &Datum) -> String {
    let text = write_datum(rest);
    match text.as_str() {
        "()" => format!("({name})"),
        text => match text.strip_prefix('(') {
            Some(rest) => format!("({name} {rest}"),
            None => format!("({name} . {text})"),
        },
    }
}

/// The call with another name.
pub fn renamed(call: &str, from: &str, to: &str) -> String {
    match call
        .strip_prefix('(')
        .and_then(|rest| rest.strip_prefix(from))
    {
        Some(rest) if rest.starts_with([' ', ')']) => format!("({to}{rest}"),
        _ => call.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use termite_syntax::{FileId, read_all};

    fn datum(text: &str) -> Datum {
        read_all(FileId::NONE, text).unwrap().remove(0)
    }

    #[test]
    fn parameters() {
        let call = |text| of_parameters("f", &datum(text));
        assert_eq!(call("()"), "(f)");
        assert_eq!(call("(a #!optional b (c 1) . d)"), "(f a [b] [c] d ...)");
        assert_eq!(call("(a #!rest b)"), "(f a b ...)");
        assert_eq!(call("(a #!key b)"), "(f a [b: b])");
    }

    #[test]
    fn patterns() {
        let rules = datum("(syntax-rules (x) ((_) 1) ((_ a ...) 2) ((_ . b) 3))");
        assert_eq!(of_rules("m", &rules), ["(m)", "(m a ...)", "(m . b)"]);
        assert_eq!(renamed("(%f x)", "%f", "f"), "(f x)");
    }
}
