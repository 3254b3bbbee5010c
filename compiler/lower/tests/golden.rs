//! IR of small programs, as text. `TERMITE_BLESS=1` writes what is produced now.

mod support;

use std::path::Path;
use support::World;
use termite_expand::core::Mode;
use termite_lower::Options;

#[test]
fn golden() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ir");
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    let mut failures = Vec::new();
    for file in files
        .iter()
        .filter(|f| f.extension().is_some_and(|e| e == "scm"))
    {
        let text = std::fs::read_to_string(file).unwrap();
        let name = file.file_stem().unwrap().to_str().unwrap();
        let mut unit = World::default()
            .add(name, Mode::Library, &text, Options::default())
            .unit;
        unit.debug.sites.clear();
        unit.debug.files.clear();
        let names = std::mem::take(&mut unit.debug.cp_names);
        let mut printed = termite_ir::print(&unit);
        for (i, name) in names.iter().enumerate() {
            printed = printed.replace(&format!("@{i} ("), &format!("@{i}:{name} ("));
        }
        let golden = file.with_extension("ir");
        if std::env::var_os("TERMITE_BLESS").is_some() {
            std::fs::write(&golden, &printed).unwrap();
        } else if std::fs::read_to_string(&golden).ok().as_deref() != Some(printed.as_str()) {
            failures.push(format!("{name}:\n{printed}"));
        }
    }
    assert!(failures.is_empty(), "changed:\n{}", failures.join("\n"));
}
