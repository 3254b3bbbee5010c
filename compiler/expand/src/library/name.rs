//! Names of libraries.

use std::fmt;
use termite_syntax::{Datum, DatumKind, number_to_string};

/// `(github.com/fred hello @1.0)`: parts as written, and version. Parts that are dots
/// make it relative to the importing library; what they mean is the host's business.
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
        if let Some(symbol) = datum.as_symbol() {
            return Some(LibraryName::from_unit(symbol.as_str()));
        }
        let items = datum.list_items()?;
        let mut parts = items.into_iter().map(part).collect::<Option<Vec<_>>>()?;
        let last = parts.pop()?;
        let (path, version) = split_version(&last);
        if !path.is_empty() {
            parts.push(path.to_string());
        }
        if parts.is_empty() {
            return None;
        }
        Some(LibraryName {
            parts,
            version: version.map(str::to_string),
        })
    }

    /// `(srfi 13)` for `(srfi :13)` and, after SRFI 97, for `(srfi 13 strings)` and
    /// `(srfi :13 strings)`; the word is for readers. `None` for other names.
    pub fn plain_srfi(&self) -> Option<LibraryName> {
        let [srfi, number, ..] = self.parts.as_slice() else {
            return None;
        };
        let plain = number.strip_prefix(':').unwrap_or(number);
        let is_number = !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_digit());
        let is_plain = self.parts.len() == 2 && plain == number;
        (srfi == "srfi" && is_number && !is_plain).then(|| LibraryName {
            parts: vec![srfi.clone(), plain.to_owned()],
            version: self.version.clone(),
        })
    }

    /// `scheme/base`, `github.com/fred/hello@1.0`.
    pub fn unit(&self) -> String {
        let path = self.parts.join("/");
        match &self.version {
            Some(version) => format!("{path}@{version}"),
            None => path,
        }
    }
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

impl fmt::Display for LibraryName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "({}", self.parts.join(" "))?;
        if let Some(version) = &self.version {
            write!(out, " @{version}")?;
        }
        out.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn srfis_have_several_names() {
        let plain = |unit: &str| {
            LibraryName::from_unit(unit)
                .plain_srfi()
                .map(|name| name.unit())
        };
        for name in ["srfi/:13", "srfi/13/strings", "srfi/:13/strings"] {
            assert_eq!(plain(name).as_deref(), Some("srfi/13"), "{name}");
        }
        for name in ["srfi/13", "srfi", "srfi/:", "srfi/x", "scheme/13/strings"] {
            assert_eq!(plain(name), None, "{name}");
        }
    }
}
