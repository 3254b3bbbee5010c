//! Just enough of Scheme's lexical syntax to find the name of a library.

/// The text without comments. Strings that hold a semicolon do not come before the name
/// of a library, so they need no care.
fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("#|") {
        kept.push_str(&rest[..start]);
        rest = rest[start..]
            .split_once("|#")
            .map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    let lines = kept
        .lines()
        .map(|line| line.split(';').next().unwrap_or(""));
    lines.collect::<Vec<_>>().join("\n")
}

/// The path that belongs to the name of the library in this file: `scheme/base`.
pub fn library_path(text: &str) -> Option<String> {
    let text = without_comments(text);
    let (_, after) = text.split_once("(define-library")?;
    let (_, name) = after.split_once('(')?;
    let (name, _) = name.split_once(')')?;
    let parts: Vec<&str> = name
        .split_whitespace()
        .map(|part| part.trim_matches('|'))
        .collect();
    if parts.is_empty() {
        None
    } else {
        Some(parts.join("/"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let text = ";; (define-library (wrong))\n#| (define-library (no)) |#\n(define-library (srfi 1) ; x\n";
        assert_eq!(library_path(text).as_deref(), Some("srfi/1"));
        assert_eq!(
            library_path("(define-library\n  (a |b|)").as_deref(),
            Some("a/b")
        );
        assert_eq!(library_path("(define x 1)"), None);
    }
}
