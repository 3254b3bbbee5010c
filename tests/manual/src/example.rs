//! Examples: expressions with their values, each of them run by some test.
//!
//! They come from `docs/examples/*.txt`, which this crate's tests run ([`crate::script`]);
//! from the programs beside the libraries, whose golden output is a list of them; and from
//! the checks of the conformance suite. An example must stand by itself: what it names has
//! to come from the libraries that its file imports, or be bound in it.

use crate::Entry;
use crate::library::{files_below, head, import_set, symbol};
use crate::resolve::{CORE, Origin, World};
use crate::script;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use termite_syntax::{Datum, FileId, read_all, write_datum};

/// Longer ones are no help.
const LONGEST: usize = 300;
const LONGEST_VALUE: usize = 80;
/// What is read easily and still says something, in characters.
const BEST_LENGTH: usize = 40;

/// An exported name with what it means.
type Use = (String, Origin);
/// What the names in a file mean.
type Scope = BTreeMap<String, Origin>;

#[derive(Clone, Debug)]
pub struct Example {
    expression: String,
    /// The value as `write` shows it, or `error: message`.
    value: String,
    operator: Option<Use>,
    mentions: BTreeSet<Use>,
    /// In `docs/examples`.
    is_written: bool,
}

impl Example {
    pub fn shown(&self) -> String {
        format!("{} => {}", self.expression, self.value)
    }

    fn is_error(&self) -> bool {
        self.value.starts_with("error")
    }

    /// The less, the better an example: those written for the manual before others.
    fn rank(&self) -> (bool, usize, &str) {
        let distance = self.shown().len().abs_diff(BEST_LENGTH);
        (!self.is_written, distance, &self.expression)
    }
}

/// An example that calls the name, and one that fails or another one; if nothing calls it,
/// the shortest that mentions it.
pub fn best<'e>(entry: &Entry, examples: &'e [Example]) -> Vec<&'e Example> {
    let wanted = (entry.name.clone(), entry.origin.clone());
    let calls = examples
        .iter()
        .filter(|e| e.operator.as_ref() == Some(&wanted));
    let (mut failing, mut good): (Vec<_>, Vec<_>) = calls.partition(|e| e.is_error());
    good.sort_by(|a, b| a.rank().cmp(&b.rank()));
    failing.sort_by(|a, b| a.rank().cmp(&b.rank()));
    if good.is_empty() {
        let mentions = examples.iter().filter(|e| e.mentions.contains(&wanted));
        let shortest =
            mentions.min_by(|a, b| (a.is_error(), a.rank()).cmp(&(b.is_error(), b.rank())));
        good.extend(shortest.filter(|e| !failing.iter().any(|f| f.expression == e.expression)));
    }
    let second = failing.first().or(good.get(1)).copied();
    good.into_iter().take(1).chain(second).collect()
}

pub fn load(root: &Path, world: &World) -> Result<Vec<Example>, String> {
    let initial = initial_scope(root, world)?;
    let mut found = Vec::new();
    for file in files_below(&root.join("docs/examples"), "txt")? {
        let text = text_of(&file)?;
        let forms = script::parse(&text).map_err(|e| format!("{}: {e}", file.display()))?;
        let setup: Vec<Datum> = forms
            .iter()
            .filter(|f| f.expected.is_none())
            .map(|f| f.datum.clone())
            .collect();
        let scope = scope(world, &initial, &setup);
        for form in &forms {
            if let Some(expected) = &form.expected {
                let example = example(&scope, &form.datum, expected.shown());
                found.extend(example.map(|e| Example {
                    is_written: true,
                    ..e
                }));
            }
        }
    }
    for folder in ["lib-scheme", "tests/conformance"] {
        for file in files_below(&root.join(folder), "scm")? {
            let data = read_all(FileId::NONE, &text_of(&file)?).unwrap_or_default();
            let scope = scope(world, &initial, &data);
            let golden = std::fs::read_to_string(file.with_extension("out")).unwrap_or_default();
            found.extend(shown(&scope, &data, &golden));
            found.extend(
                data.iter()
                    .filter(|d| head(d) == "check")
                    .flat_map(|d| checks(&scope, d)),
            );
        }
    }
    Ok(found)
}

fn text_of(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))
}

/// What scripts start from.
fn initial_scope(root: &Path, world: &World) -> Result<Scope, String> {
    let text = text_of(&root.join("lib-scheme/initial.scm"))?;
    let lists = read_all(FileId::NONE, &text).map_err(|d| d.message)?;
    let sets = lists
        .iter()
        .flat_map(|list| list.items())
        .filter_map(import_set);
    Ok(sets.flat_map(|set| world.imported(&set)).collect())
}

/// What names mean in a file: by its imports, on top of the initial ones, without those
/// that it defines itself.
fn scope(world: &World, initial: &Scope, data: &[Datum]) -> Scope {
    let mut scope = initial.clone();
    let imports = data.iter().filter(|d| head(d) == "import");
    let sets = imports
        .flat_map(|d| d.items().skip(1))
        .filter_map(import_set);
    scope.extend(sets.flat_map(|set| world.imported(&set)));
    for definition in data.iter().filter(|d| head(d).starts_with("define")) {
        for datum in definition.items().skip(1).take(1) {
            datum.walk().for_each(|d| drop(scope.remove(&symbol(d))));
        }
        if head(definition) == "define-record-type" {
            let rest = definition.items().skip(1);
            rest.flat_map(|d| d.walk())
                .for_each(|d| drop(scope.remove(&symbol(d))));
        }
    }
    scope
}

/// The lines of a golden output that show what stands in a `show` of the program.
fn shown(scope: &Scope, data: &[Datum], golden: &str) -> Vec<Example> {
    let within = |name: &str| -> BTreeMap<String, &Datum> {
        let forms = data.iter().filter(|d| head(d) == name);
        let data = forms.flat_map(|d| d.items().skip(1));
        data.map(|d| (write_datum(d), d)).collect()
    };
    let (single, several) = (within("show"), within("show-values"));
    let mut found = Vec::new();
    for line in golden.lines() {
        let Some((left, value)) = line.rsplit_once(" => ") else {
            continue;
        };
        let Ok(key) = read_all(FileId::NONE, left).map(|d| d.first().map(write_datum)) else {
            continue;
        };
        let key = key.unwrap_or_default();
        if let Some(datum) = single.get(&key) {
            found.extend(reported(scope, datum, value));
        } else if let (Some(datum), Some(values)) = (several.get(&key), value.strip_prefix('(')) {
            found.extend(example(scope, datum, format!("(values {values}")));
        }
    }
    found
}

/// Programs show what was raised as a value.
fn reported(scope: &Scope, datum: &Datum, value: &str) -> Option<Example> {
    let unquoted = value.trim_matches('"').replace("\\\"", "\"");
    if head(datum) == "report" {
        let message = unquoted.trim_end_matches(", but is");
        return example(scope, datum.items().nth(1)?, format!("error: {message}"));
    }
    let message = format!("\"{}: ", head(datum));
    if value.starts_with(&message) {
        return example(scope, datum, format!("error: {unquoted}"));
    }
    let raised = ["(raised", "(exception", "(caught"]
        .iter()
        .any(|mark| value.starts_with(mark));
    if raised {
        None
    } else {
        example(scope, datum, value.to_owned())
    }
}

/// `(check expression arrow expected ...)`.
fn checks(scope: &Scope, check: &Datum) -> Vec<Example> {
    let items: Vec<&Datum> = check.items().skip(1).collect();
    let triples = items.chunks_exact(3);
    triples
        .filter_map(|triple| {
            let expected = write_datum(triple[2]);
            let value = match symbol(triple[1]).as_str() {
                "=>" => expected,
                "=>values" => format!("(values {}", expected.strip_prefix('(')?),
                "=>!" if expected.ends_with("error") => "error".to_owned(),
                _ => return None,
            };
            example(scope, triple[0], value)
        })
        .collect()
}

/// `None` for one that does not stand by itself, or is too long.
fn example(scope: &Scope, datum: &Datum, value: String) -> Option<Example> {
    let expression = write_datum(datum);
    let readable = !value.contains("#<") && !value.contains('\n') && !value.is_empty();
    let short = expression.len() <= LONGEST && value.len() <= LONGEST_VALUE;
    if !datum.is_pair() || !readable || !short {
        return None;
    }
    let value = value.replace("(values )", "(values)");
    let mut names = BTreeSet::new();
    used(datum, &mut names);
    let bound = bound(datum);
    let mut mentions = BTreeSet::new();
    for name in names.iter().filter(|name| !name.ends_with(':')) {
        match scope.get(name) {
            // Nobody gives the core forms another meaning in an example.
            Some(origin) if origin.unit == CORE || !bound.contains(name) => {
                mentions.insert((name.clone(), origin.clone()));
            }
            _ if bound.contains(name) => {}
            _ => return None,
        }
    }
    let name = head(datum);
    let operator = mentions.iter().find(|(n, _)| *n == name).cloned();
    Some(Example {
        expression,
        value,
        operator,
        mentions,
        is_written: false,
    })
}

/// The symbols outside of quotations.
fn used(datum: &Datum, names: &mut BTreeSet<String>) {
    if datum.as_symbol().is_some() {
        names.insert(symbol(datum));
    }
    if head(datum) == "quote" {
        names.insert("quote".into());
        return;
    }
    let (items, tail) = datum.split_list();
    if !items.is_empty() {
        items.into_iter().chain([tail]).for_each(|d| used(d, names));
    }
}

/// The names that the expression binds somewhere.
fn bound(datum: &Datum) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for form in datum.walk() {
        for part in binders(form) {
            names.extend(part.walk().map(symbol));
        }
        if head(form) == "define-type" {
            names.extend(type_procedures(form));
        }
    }
    names
}

/// The parts of a form that hold names which it binds, and maybe others.
fn binders(form: &Datum) -> Vec<Datum> {
    let items: Vec<&Datum> = form.items().take(3).collect();
    let Some(second) = items.get(1).copied() else {
        return Vec::new();
    };
    let firsts = |list: &Datum| {
        list.items()
            .filter_map(|d| d.car().cloned())
            .collect::<Vec<_>>()
    };
    match head(form).as_str() {
        "define-record-type" => vec![form.clone()],
        "case-lambda" | "recv" | "match" | "stream-match" => firsts(form),
        "guard" => second.car().cloned().into_iter().collect(),
        "cut" | "cute" => form
            .items()
            .skip(1)
            .filter(|d| d.as_symbol().is_some())
            .cloned()
            .collect(),
        "declare" => vec![second.clone()],
        "define-syntax" | "let-syntax" | "letrec-syntax" => vec![form.clone()],
        "let" | "let*" | "letrec" | "letrec*" | "do" | "let-values" | "let*-values"
        | "stream-let" => match (second.as_symbol(), items.get(2)) {
            (Some(_), Some(bindings)) => [firsts(bindings), vec![second.clone()]].concat(),
            _ => firsts(second),
        },
        "lambda" | "stream-lambda" | "receive" | "named-lambda" | "let-string-start+end" => {
            vec![second.clone()]
        }
        name if name.starts_with("define") => vec![second.clone()],
        _ => Vec::new(),
    }
}

/// What `(define-type name field ...)` defines.
fn type_procedures(form: &Datum) -> Vec<String> {
    let words: Vec<String> = form.items().skip(1).map(symbol).collect();
    let Some((name, fields)) = words.split_first() else {
        return Vec::new();
    };
    let accessors = fields.iter().map(|field| format!("{name}-{field}"));
    let others = [format!("make-{name}"), format!("{name}?")];
    accessors
        .chain(fields.iter().cloned())
        .chain(others)
        .collect()
}
