//! The programs in the README that say of themselves that they run.
//!
//! A code block whose info string is `scheme run` is run as a script. What it prints is
//! the next block if that one's info string is `output`, or nothing.

use crate::case::Case;
use std::path::Path;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// Of its first line, from 1.
    pub line: usize,
    pub info: String,
    pub text: String,
}

/// The fenced blocks of a text.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(info)) => {
                open = Some(Block {
                    line: number + 2,
                    info: info.trim().into(),
                    text: String::new(),
                });
            }
            (Some(block), None) => block.text.push_str(&format!("{line}\n")),
            (None, None) => {}
        }
    }
    blocks
}

/// The programs, written into a directory.
pub fn programs(text: &str, dir: &Path) -> std::io::Result<Vec<Case>> {
    let blocks = blocks(text);
    let mut cases = Vec::new();
    for (i, block) in blocks
        .iter()
        .enumerate()
        .filter(|(_, b)| b.info == "scheme run")
    {
        let path = dir.join(format!("readme-{}.scm", block.line));
        std::fs::write(&path, &block.text)?;
        let mut case = Case::new(format!("README.md:{}", block.line), path);
        let output = blocks.get(i + 1).filter(|next| next.info == "output");
        case.stdout = Some(output.map_or(String::new(), |next| next.text.clone()));
        cases.push(case);
    }
    Ok(cases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fenced_blocks() {
        let text = "x\n```scheme run\n(display 1)\n```\ny\n```output\n1\n```\n```sh\nls\n```\n";
        let found = blocks(text);
        let infos: Vec<(&str, usize)> = found.iter().map(|b| (b.info.as_str(), b.line)).collect();
        assert_eq!(infos, [("scheme run", 3), ("output", 7), ("sh", 10)]);
        assert_eq!(found[0].text, "(display 1)\n");
    }
}
