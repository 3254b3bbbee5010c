//! Names of libraries.

use std::fmt;
use termite_syntax::{Datum, DatumKind, number_to_string};

/// `(github.com/fred hello @1.0)`, `(github.com/fred/hello@1.0)` and the symbol
/// `github.com/fred/hello@1.0` are one name: the parts between slashes, and a version.
///
/// A first part of dots, of which there may be nothing after, makes the name relative to
/// the library that imports it: `(.sub)` is below it, `(.. other)` beside it, and each
/// further dot is one level up ([`LibraryName::relative_to`]).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct LibraryName {
    pub parts: Vec<String>,
    pub version: Option<String>,
}

impl LibraryName {
    /// From `scheme/base` or `github.com/fred/hello@1.0`.
    pub fn from_unit(unit: &str) -> LibraryName {
        let (path, version) = split_version(unit);
        let parts = path.split('/').map(str::to_string).collect();
        LibraryName {
            parts,
            version: version.map(str::to_string),
        }
    }

    /// From `(scheme base)`, `(github.com/fred hello @1.0)` or the symbol
    /// `github.com/fred/hello@1.0`; `None` when it is no name.
    pub fn from_datum(datum: &Datum) -> Option<LibraryName> {
        let mut written = match datum.as_symbol() {
            Some(symbol) => vec![symbol.as_str().to_string()],
            None => {
                let items = datum.list_items()?;
                items.into_iter().map(part).collect::<Option<Vec<_>>>()?
            }
        };
        let last = written.pop()?;
        let (path, version) = split_version(&last);
        if !path.is_empty() {
            written.push(path.to_string());
        }
        let parts = canonical_parts(&written)?;
        Some(LibraryName {
            parts,
            version: version.map(str::to_string),
        })
    }

    /// `scheme/base`, `github.com/fred/hello@1.0`.
    pub fn unit(&self) -> String {
        let path = self.path();
        match &self.version {
            Some(version) => format!("{path}@{version}"),
            None => path,
        }
    }

    /// The unit without its version.
    pub fn path(&self) -> String {
        self.parts.join("/")
    }

    /// How many dots a relative name begins with.
    pub fn dots(&self) -> Option<usize> {
        let first = self.parts.first()?;
        let is_dots = !first.is_empty() && first.bytes().all(|b| b == b'.');
        is_dots.then_some(first.len())
    }

    /// Whether the first part is the address of a host, so that the name also says where
    /// a repository is: `github.com/fred/hello`.
    pub fn is_hosted(&self) -> bool {
        let is_host = |first: &String| !first.starts_with('.') && first.contains('.');
        self.parts.len() >= 3 && self.parts.first().is_some_and(is_host)
    }

    /// What a relative name means in the library `importer`; `None` when it goes up too
    /// far. `(.. hello)` in `hello/test` is `hello`, the library whose parts lie below its
    /// own name: a name that ends in twice the same part is that of the part once.
    pub fn relative_to(&self, importer: &LibraryName) -> Option<LibraryName> {
        let Some(dots) = self.dots() else {
            return Some(self.clone());
        };
        let kept = (importer.parts.len() + 1).checked_sub(dots)?;
        let mut parts = importer.parts[..kept].to_vec();
        parts.extend(self.parts[1..].iter().cloned());
        if let [.., before, last] = &parts[..]
            && before == last
        {
            parts.pop();
        }
        (!parts.is_empty()).then(|| LibraryName {
            parts,
            version: self.version.clone(),
        })
    }

    /// Whether a `define-library` form of the name `declared` may define this library. It
    /// may leave out the version, and where its repository is, which it need not know.
    pub fn is_defined_by(&self, declared: &LibraryName) -> bool {
        let ends_so = self.is_hosted() && self.parts.ends_with(&declared.parts);
        let version = declared.version.is_none() || declared.version == self.version;
        version && (ends_so || self.parts == declared.parts)
    }
}

/// The parts as they are between slashes, dots at the beginning apart.
fn canonical_parts(written: &[String]) -> Option<Vec<String>> {
    let joined = written.join("/");
    let name = joined.trim_start_matches('.');
    let dots = &joined[..joined.len() - name.len()];
    let name = match dots {
        "" => name,
        _ => name.strip_prefix('/').unwrap_or(name),
    };
    let mut parts = Vec::new();
    if !dots.is_empty() {
        parts.push(dots.to_string());
    }
    if !(name.is_empty() && !dots.is_empty()) {
        parts.extend(name.split('/').map(str::to_string));
    }
    let is_sound = |part: &String| !part.is_empty() && !part.starts_with('@');
    parts.iter().all(is_sound).then_some(parts)
}

fn part(datum: &Datum) -> Option<String> {
    match &datum.kind {
        DatumKind::Symbol(symbol) => Some(symbol.as_str().to_string()),
        DatumKind::Number(number) => {
            number.as_fixnum().filter(|value| *value >= 0)?;
            Some(number_to_string(number, 10))
        }
        _ => None,
    }
}

fn split_version(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once('@') {
        Some((path, version)) if !version.is_empty() => (path, Some(version)),
        Some(_) | None => (text, None),
    }
}

/// As an import would write it: the address of a repository's owner in one piece.
impl fmt::Display for LibraryName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, rest) = match &self.parts[..] {
            [host, user, rest @ ..] if self.is_hosted() => (format!("{host}/{user}"), rest),
            [first, rest @ ..] => (first.clone(), rest),
            [] => (String::new(), &[][..]),
        };
        write!(out, "({first}")?;
        for part in rest {
            write!(out, " {part}")?;
        }
        if let Some(version) = &self.version {
            write!(out, " @{version}")?;
        }
        out.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use termite_syntax::{FileId, read_all};

    fn name(text: &str) -> Option<LibraryName> {
        let data = read_all(FileId::NONE, text).ok()?;
        LibraryName::from_datum(data.first()?)
    }

    fn unit(text: &str) -> String {
        name(text).map_or("none".into(), |n| n.unit())
    }

    #[test]
    fn one_library_however_it_is_written() {
        for text in [
            "(github.com/fred hello @1.0)",
            "(github.com fred hello@1.0)",
            "(github.com/fred/hello @1.0)",
            "(github.com/fred/hello@1.0)",
            "github.com/fred/hello@1.0",
        ] {
            assert_eq!(unit(text), "github.com/fred/hello@1.0", "{text}");
            let shown = name(text).map(|n| n.to_string());
            assert_eq!(shown.as_deref(), Some("(github.com/fred hello @1.0)"));
        }
        assert_eq!(unit("(srfi 1)"), "srfi/1");
        for wrong in [
            "()", "(a . b)", "(a//b)", "(/a)", "(@1.0)", "(a/ b)", "(\"a\")",
        ] {
            assert_eq!(unit(wrong), "none", "{wrong}");
        }
    }

    #[test]
    fn relative_names() {
        let meaning = |text: &str, importer: &str| {
            let name = name(text)?.relative_to(&LibraryName::from_unit(importer))?;
            Some(name.unit())
        };
        let cases = [
            ("(.sub)", "h.org/u/hello", "h.org/u/hello/sub"),
            ("(..hello)", "h.org/u/hello/test", "h.org/u/hello"),
            ("(.. hello)", "h.org/u/hello/test", "h.org/u/hello"),
            ("(.. other @2)", "my/lib", "my/other@2"),
            ("(... top x)", "a/b/c", "a/top/x"),
            ("..", "a/b", "a"),
        ];
        for (text, importer, expected) in cases {
            assert_eq!(meaning(text, importer).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(meaning("(.... x)", "a/b"), None);
        assert_eq!(meaning("(..)", "a"), None);
    }
}
