//! Just enough of Rust's lexical syntax to look at code without its comments and strings,
//! and at the part of it that is not for tests.

/// The text with comments, strings and characters blanked; lines stay where they are.
pub fn code_only(text: &str) -> String {
    let mut scanner = Scanner {
        rest: text,
        code: String::with_capacity(text.len()),
    };
    while scanner.step() {}
    scanner.code
}

struct Scanner<'a> {
    rest: &'a str,
    code: String,
}

impl Scanner<'_> {
    fn step(&mut self) -> bool {
        let rest = self.rest;
        let Some(c) = rest.chars().next() else {
            return false;
        };
        if rest.starts_with("//") {
            self.blank(rest.find('\n').unwrap_or(rest.len()));
        } else if rest.starts_with("/*") {
            self.blank(block_comment(rest));
        } else if c == '"' {
            self.blank(string(rest));
        } else if c == '\'' {
            self.blank(character(rest));
        } else if c.is_alphanumeric() || c == '_' {
            self.word();
        } else {
            self.keep(c.len_utf8());
        }
        true
    }

    fn keep(&mut self, length: usize) {
        let (kept, rest) = self.rest.split_at(length);
        self.code.push_str(kept);
        self.rest = rest;
    }

    fn blank(&mut self, length: usize) {
        let (blanked, rest) = self.rest.split_at(length);
        self.code
            .extend(blanked.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        self.rest = rest;
    }

    /// An identifier or number, or the prefix of a string.
    fn word(&mut self) {
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        let (word, after) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        let hashes = after.len() - after.trim_start_matches('#').len();
        let is_raw = matches!(word, "r" | "br" | "cr") && after[hashes..].starts_with('"');
        let length = word.len();
        if is_raw {
            self.blank(length + raw_string(after, hashes));
        } else {
            self.keep(length);
        }
    }
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if text[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

fn string(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn raw_string(text: &str, hashes: usize) -> usize {
    let end = format!("\"{}", "#".repeat(hashes));
    text[hashes + 1..]
        .find(&end)
        .map_or(text.len(), |at| hashes + 1 + at + end.len())
}

/// A character, or the single quote of a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some((at, c))) => {
            let after = at + c.len_utf8();
            text[after..]
                .find('\'')
                .map_or(text.len(), |end| after + end + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

/// Code as [`code_only`] gives it, with the items under `#[cfg(test)]` blanked too.
pub fn without_tests(code: &str) -> String {
    let mut kept = code.to_owned();
    let marker = "#[cfg(test)]";
    while let Some(start) = kept.find(marker) {
        let end = start + item_length(&kept[start..]);
        let blank = kept[start..end].replace(|c: char| c != '\n', " ");
        kept.replace_range(start..end, &blank);
    }
    kept
}

/// Up to the `;`, or the `}` that closes the first `{`, outside of other brackets.
fn item_length(text: &str) -> usize {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => {
                depth -= 1;
                if depth == 0 && c == '}' {
                    return at + 1;
                }
            }
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Whether all of a file is for tests, by where it is.
pub fn is_test_file(path: &str) -> bool {
    let mut parts: Vec<&str> = path.split('/').collect();
    let file = parts.pop().unwrap_or("");
    parts.contains(&"tests") || matches!(file, "tests.rs" | "testing.rs")
}

/// Numbers of the lines on which a word stands by itself.
pub fn lines_with_word(code: &str, word: &str) -> Vec<usize> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let mut lines = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let found = line.match_indices(word).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            let after = line[at + word.len()..].chars().next();
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        });
        if found {
            lines.push(number + 1);
        }
    }
    lines
}

/// The comment that a file starts with.
pub fn header(text: &str) -> String {
    let lines = text.lines().take_while(|line| line.starts_with("//!"));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_strings_and_characters_are_blanked() {
        let text = "a /* x /* y */ z */ b // c\n\"d\\\"\" e 'f' '\\'' '\\u{41}' &'g h";
        let code = code_only(text);
        assert_eq!(
            code.split_whitespace().collect::<Vec<_>>(),
            ["a", "b", "e", "&", "g", "h"]
        );
        assert_eq!(code.lines().count(), 2);
        assert_eq!(
            code_only("r#\"x\"y\"# br\"z\" bar\"q\" r").trim(),
            "bar    r"
        );
    }

    #[test]
    fn tests_are_blanked() {
        let code = "fn a() { x[0].unwrap(); }\n#[cfg(test)]\n#[path = \"t\"]\nmod tests;\nfn b() {}\n#[cfg(test)]\nmod more { fn c() { {} } }\nfn d() {}\n";
        let kept = without_tests(code);
        let names: Vec<&str> = kept
            .split_whitespace()
            .filter(|w| w.ends_with("()"))
            .collect();
        assert_eq!(names, ["a()", "b()", "d()"]);
        assert_eq!(kept.lines().count(), code.lines().count());
    }

    #[test]
    fn words() {
        assert_eq!(
            lines_with_word("unsafe {\nunsafe_code\nan unsafe", "unsafe"),
            [1, 3]
        );
    }
}
