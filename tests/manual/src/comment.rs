//! Comments above definitions, and the call that a text begins with.

/// The lines of `;;` that end right above the line of this position, without semicolons,
/// as one paragraph.
pub fn above(text: &str, position: usize) -> String {
    let start = text[..position].rfind('\n').unwrap_or(0);
    let mut lines: Vec<&str> = Vec::new();
    for line in text[..start].lines().rev() {
        match line.trim_start().strip_prefix(";;") {
            Some(comment) => lines.push(comment.trim_start_matches(';').trim()),
            None => break,
        }
    }
    lines.reverse();
    match lines.iter().any(|line| is_heading(line)) {
        true => String::new(),
        false => paragraph(&lines.join("\n")),
    }
}

/// `-- a part of the file --`.
fn is_heading(line: &str) -> bool {
    line.starts_with("--")
}

/// Lines joined by spaces.
pub fn paragraph(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The call that the text begins with, in backquotes or followed by a colon, and the text
/// as a sentence that can stand below it.
pub fn split_call(name: &str, text: &str) -> Option<(String, String)> {
    let quoted = text.starts_with('`');
    let inner = text.trim_start_matches('`');
    let call = &inner[..balanced(inner)?];
    let head = call[1..].split([' ', ')']).next()?;
    if head != name {
        return None;
    }
    let rest = &inner[call.len()..];
    match rest.strip_prefix(':') {
        Some(sentence) => Some((call.to_owned(), capitalized(sentence.trim()))),
        None if quoted
            && rest
                .trim_start_matches('`')
                .trim_matches(['.', ' '])
                .is_empty() =>
        {
            Some((call.to_owned(), String::new()))
        }
        None if quoted => Some((call.to_owned(), text.to_owned())),
        None => Some((
            call.to_owned(),
            capitalized(rest.trim_start_matches([',', ' ', '.'])),
        )),
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// The length of the list that the text begins with.
fn balanced(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (at > 0).then_some(at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_end_above_the_definition() {
        let text = ";; -- part --\n\n  ;; One\n  ;; two.\n  (define x 1)";
        assert_eq!(above(text, text.find("(define").unwrap()), "One two.");
        let text = ";; -- part --\n(define x 1)";
        assert_eq!(above(text, 14), "");
    }

    #[test]
    fn calls() {
        let split = |text| split_call("f", text).unwrap();
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            split("(f [x]): the next one"),
            pair("(f [x])", "The next one")
        );
        assert_eq!(split("`(f)` is it."), pair("(f)", "`(f)` is it."));
        assert_eq!(split("`(f (a) b)`."), pair("(f (a) b)", ""));
        assert_eq!(split_call("g", "(f x): y"), None);
        assert_eq!(split_call("f", "A text."), None);
    }
}
