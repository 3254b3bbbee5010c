//! Patterns as text, for messages.

use super::{ListPattern, Pattern, Rule, Rules};
use termite_syntax::{Symbol, write_datum};

const SHOWN: usize = 4;

/// "it is used as (m a b) or (m a ...)"
pub fn usage(keyword: Symbol, rules: &Rules) -> String {
    let shown: Vec<String> = rules
        .rules
        .iter()
        .take(SHOWN)
        .map(|rule| pattern(keyword, rules, rule))
        .collect();
    let more = if rules.rules.len() > SHOWN {
        ", and more"
    } else {
        ""
    };
    match shown.as_slice() {
        [] => format!("`{keyword}` has no rules"),
        shown => format!("it is used as {}{more}", shown.join(" or ")),
    }
}

fn pattern(keyword: Symbol, rules: &Rules, rule: &Rule) -> String {
    let mut out = format!("({keyword}");
    let shower = Shower { rules, rule };
    shower.elements(&rule.pattern, true, &mut out);
    out.push(')');
    out
}

struct Shower<'s> {
    rules: &'s Rules,
    rule: &'s Rule,
}

impl Shower<'_> {
    fn pattern(&self, pattern: &Pattern, out: &mut String) {
        match pattern {
            Pattern::Any => out.push('_'),
            Pattern::Variable(slot) => {
                out.push_str(
                    self.rule
                        .variables
                        .get(*slot as usize)
                        .map_or("", |name| name.as_str()),
                );
            }
            Pattern::Literal(index) => {
                let ident = self.rules.idents.get(*index as usize);
                out.push_str(ident.map_or("", |literal| literal.ident.symbol().as_str()));
            }
            Pattern::Atom(datum) => out.push_str(&write_datum(datum)),
            Pattern::List(list) => self.enclosed("(", list, out),
            Pattern::Vector(list) => self.enclosed("#(", list, out),
        }
    }

    fn enclosed(&self, open: &str, list: &ListPattern, out: &mut String) {
        out.push_str(open);
        self.elements(list, false, out);
        out.push(')');
    }

    fn elements(&self, list: &ListPattern, spaced: bool, out: &mut String) {
        let mut spaced = spaced;
        let mut element = |out: &mut String, pattern: &Pattern| {
            if spaced {
                out.push(' ');
            }
            spaced = true;
            self.pattern(pattern, out);
        };
        list.before.iter().for_each(|pattern| element(out, pattern));
        if let Some(repeated) = &list.repeated {
            element(out, &repeated.pattern);
            out.push_str(" ...");
        }
        list.after.iter().for_each(|pattern| element(out, pattern));
        if let Some(tail) = &list.tail {
            out.push_str(" . ");
            self.pattern(tail, out);
        }
    }
}
