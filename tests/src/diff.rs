//! Line by line, what was expected and what came.

/// A shortened difference: `-` expected, `+` found, with some lines around.
pub fn diff(expected: &str, found: &str) -> String {
    let (a, b) = (split(expected), split(found));
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let rest = a.len().min(b.len()) - head;
    let tail = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take(rest)
        .take_while(|(x, y)| x == y)
        .count();
    let mut lines = Vec::new();
    let context = head.saturating_sub(CONTEXT);
    lines.extend(a[context..head].iter().map(|line| format!("  {line}")));
    changes(
        &a[head..a.len() - tail],
        &b[head..b.len() - tail],
        &mut lines,
    );
    lines.extend(
        a[a.len() - tail..]
            .iter()
            .take(CONTEXT)
            .map(|line| format!("  {line}")),
    );
    shorten(lines)
}

const CONTEXT: usize = 2;
const MAX_LINES: usize = 30;
const MAX_WIDTH: usize = 200;
/// Longer texts are shown as wholly different.
const MAX_COMPARED: usize = 500;

/// Lines; the end of a text that lacks a newline is marked.
fn split(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(visible).collect();
    if !text.is_empty()
        && !text.ends_with('\n')
        && let Some(last) = lines.last_mut()
    {
        last.push_str("  [no newline]");
    }
    lines
}

fn visible(line: &str) -> String {
    let escape = |c: char| {
        if c.is_control() {
            c.escape_default().to_string()
        } else {
            c.into()
        }
    };
    line.chars().map(escape).collect()
}

/// By the longest common subsequence.
fn changes(a: &[String], b: &[String], lines: &mut Vec<String>) {
    if a.len() > MAX_COMPARED || b.len() > MAX_COMPARED {
        lines.extend(a.iter().map(|line| format!("- {line}")));
        lines.extend(b.iter().map(|line| format!("+ {line}")));
        return;
    }
    let mut common = vec![vec![0u16; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i][j] = match a[i] == b[j] {
                true => common[i + 1][j + 1] + 1,
                false => common[i + 1][j].max(common[i][j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            lines.push(format!("  {}", a[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || (i < a.len() && common[i + 1][j] >= common[i][j + 1]) {
            lines.push(format!("- {}", a[i]));
            i += 1;
        } else {
            lines.push(format!("+ {}", b[j]));
            j += 1;
        }
    }
}

fn shorten(mut lines: Vec<String>) -> String {
    let left_out = lines.len().saturating_sub(MAX_LINES);
    lines.truncate(MAX_LINES);
    for line in &mut lines {
        if let Some((end, _)) = line.char_indices().nth(MAX_WIDTH) {
            line.truncate(end);
            line.push_str("...");
        }
    }
    if left_out > 0 {
        lines.push(format!("  ... and {left_out} lines"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_lines_with_their_surroundings() {
        let found = diff("a\nb\nc\nd\ne\n", "a\nb\nX\nd\ne\n");
        assert_eq!(found, "  a\n  b\n- c\n+ X\n  d\n  e");
        assert_eq!(diff("1\n2\n3\n4\n", "1\n3\n5\n"), "  1\n- 2\n  3\n- 4\n+ 5");
    }

    #[test]
    fn what_cannot_be_seen_is_shown() {
        assert_eq!(diff("a\n", "a"), "- a\n+ a  [no newline]");
        assert_eq!(diff("", "\u{7}\n"), "+ \\u{7}");
    }

    #[test]
    fn long_ones_are_cut() {
        let long: String = (0..100).map(|i| format!("{i}\n")).collect();
        assert!(diff(&long, "").ends_with("  ... and 70 lines"));
    }
}
