//! Any text is read or refused; what was read can be written and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use termite_syntax::{FileId, SourceMap, read_all, write_datum};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut sources = SourceMap::new();
    let file = sources.add("fuzz.scm", &*text);
    match read_all(file, &text) {
        Ok(data) => {
            for datum in data {
                let written = write_datum(&datum);
                let again = read_all(FileId::NONE, &written);
                assert!(again.is_ok_and(|again| again == [datum]), "{written}");
            }
        }
        Err(diagnostic) => drop(diagnostic.render(&sources)),
    }
});
