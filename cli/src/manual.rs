//! The manual at the REPL: the pages of `docs/manual`, which this program carries as text.
//!
//! An entry is what follows a line `### name` up to the next heading. The pages are read
//! when somebody asks, from their beginning, and nothing is kept: that takes a moment that
//! nobody notices, and starting the program takes none.

use std::fmt::Write;

static PAGES: &str = include_str!(concat!(env!("OUT_DIR"), "/manual.txt"));

const HEADING: &str = "### ";
/// Names that `,apropos` lists at most.
const MOST: usize = 50;
/// Names that are offered for one that is not there.
const MOST_OFFERED: usize = 5;

/// The commands, for a REPL's help.
pub const COMMANDS: &str = "  ,doc NAME      what the manual says of a name
  ,apropos TEXT  names with the text in them or in their first sentence
";

/// Does what a command asks of the manual. `None`: it is another command.
pub fn answer(command: &str, argument: &str) -> Option<String> {
    match command {
        "doc" | "d" => Some(doc(PAGES, argument.trim())),
        "apropos" | "a" => Some(apropos(PAGES, argument.trim())),
        _ => None,
    }
}

/// Each entry: its name, and its text.
fn entries(pages: &str) -> impl Iterator<Item = (&str, &str)> {
    let starts = pages.match_indices(HEADING);
    let starts = starts.filter(|(at, _)| *at == 0 || pages[..*at].ends_with('\n'));
    starts.filter_map(|(at, _)| {
        let rest = &pages[at + HEADING.len()..];
        let (name, rest) = rest.split_once('\n')?;
        let end = ["\n## ", "\n### ", "\n# "]
            .iter()
            .filter_map(|mark| rest.find(mark))
            .min();
        Some((
            name.trim().trim_matches('`'),
            rest[..end.unwrap_or(rest.len())].trim(),
        ))
    })
}

fn doc(pages: &str, name: &str) -> String {
    if name.is_empty() {
        return "a name is expected: ,doc car\n".into();
    }
    let found: Vec<&str> = entries(pages)
        .filter(|(n, _)| *n == name)
        .map(|(_, text)| text)
        .collect();
    if !found.is_empty() {
        return format!(
            "{}\n",
            found
                .join("\n\n")
                .replace("```scheme\n", "")
                .replace("\n```", "")
        );
    }
    let near: Vec<&str> = entries(pages)
        .map(|(n, _)| n)
        .filter(|n| n.contains(name))
        .take(MOST_OFFERED)
        .collect();
    match near.is_empty() {
        true => format!("the manual has no {name}; ,apropos TEXT looks for a text\n"),
        false => format!("the manual has no {name}, but {}\n", near.join(", ")),
    }
}

fn apropos(pages: &str, text: &str) -> String {
    if text.is_empty() {
        return "a text is expected: ,apropos vector\n".into();
    }
    let wanted = text.to_lowercase();
    let mut answer = String::new();
    let lines = entries(pages).map(|(name, text)| (name, first_sentence(text)));
    let mut found = lines.filter(|(name, line)| {
        name.to_lowercase().contains(&wanted) || line.to_lowercase().contains(&wanted)
    });
    for (name, line) in found.by_ref().take(MOST) {
        // Writing to a string does not fail.
        let _ = writeln!(answer, "{name:<24} {line}");
    }
    match found.count() {
        0 if answer.is_empty() => format!("the manual says nothing of {text}\n"),
        0 => answer,
        more => answer + &format!("... and {more} more\n"),
    }
}

/// The first sentence, which stands in the paragraph after the one that says what the name
/// is.
fn first_sentence(text: &str) -> String {
    let paragraph = text.split("\n\n").nth(1).unwrap_or_default();
    let line = paragraph.replace('\n', " ");
    let sentence = line
        .split_once(". ")
        .map_or(line.as_str(), |(first, _)| first);
    sentence.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "# A library\n\n### `car`\n\n*procedure*\n\nTakes a pair. More.\n\n\
                         ### `cdr`\n\n*procedure*\n\nThe rest.\n\n# Another\n\n### `car`\n\nElse.\n";

    #[test]
    fn entries_by_name() {
        assert_eq!(doc(SMALL, "cdr"), "*procedure*\n\nThe rest.\n");
        assert_eq!(
            doc(SMALL, "car"),
            "*procedure*\n\nTakes a pair. More.\n\nElse.\n"
        );
        assert_eq!(doc(SMALL, "cd"), "the manual has no cd, but cdr\n");
    }

    #[test]
    fn names_by_text() {
        let line = format!("{:<24} Takes a pair\n", "car");
        assert_eq!(apropos(SMALL, "PAIR"), line);
        assert_eq!(apropos(SMALL, "x!"), "the manual says nothing of x!\n");
    }
}
