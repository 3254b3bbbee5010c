//! Cases as text: `=== title [mode]`, the input, `--- file NAME` with further files,
//! `--- expect` with what comes out. Many cases to a file.

use std::fs;
use std::path::{Path, PathBuf};

#[derive(Clone, Debug)]
pub struct Case {
    pub title: String,
    pub input: String,
    pub files: Vec<(String, String)>,
    pub expected: String,
}

impl Case {
    /// The word in brackets at the end of the title; `script` without.
    pub fn mode(&self) -> &str {
        match self.title.rsplit_once('[') {
            Some((_, mode)) => mode.trim_end_matches(']'),
            None => "script",
        }
    }
}

pub fn data_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    files
}

/// The text before the first case, and the cases.
pub fn read(path: &Path) -> (String, Vec<Case>) {
    let text = fs::read_to_string(path).unwrap();
    let mut head = String::new();
    let mut cases: Vec<Case> = Vec::new();
    let mut part = Part::Input;
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("=== ") {
            part = Part::Input;
            cases.push(Case {
                title: title.to_string(),
                input: String::new(),
                files: Vec::new(),
                expected: String::new(),
            });
            continue;
        }
        let Some(case) = cases.last_mut() else {
            head.push_str(line);
            head.push('\n');
            continue;
        };
        if line == "--- expect" {
            part = Part::Expected;
        } else if let Some(name) = line.strip_prefix("--- file ") {
            case.files.push((name.to_string(), String::new()));
            part = Part::File;
        } else {
            let target = match part {
                Part::Input => &mut case.input,
                Part::File => &mut case.files.last_mut().unwrap().1,
                Part::Expected => &mut case.expected,
            };
            target.push_str(line);
            target.push('\n');
        }
    }
    for case in &mut cases {
        trim(&mut case.input);
        trim(&mut case.expected);
        case.files.iter_mut().for_each(|(_, text)| trim(text));
    }
    (head, cases)
}

enum Part {
    Input,
    File,
    Expected,
}

fn trim(text: &mut String) {
    let kept = text.trim_end().len();
    text.truncate(kept);
    if !text.is_empty() {
        text.push('\n');
    }
}

pub fn write(path: &Path, head: &str, cases: &[Case]) {
    let mut text = head.to_string();
    for case in cases {
        text.push_str(&format!("=== {}\n{}", case.title, case.input));
        for (name, content) in &case.files {
            text.push_str(&format!("--- file {name}\n{content}"));
        }
        text.push_str(&format!("--- expect\n{}\n", case.expected));
    }
    fs::write(path, text).unwrap();
}
