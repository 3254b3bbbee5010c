//! Any text is compiled, to code that verifies, or refused with a diagnostic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;
use termite_frontend_tests::Frontend;

thread_local! {
    static FRONTEND: RefCell<Option<Frontend>> = RefCell::new(Frontend::new().ok());
}

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    FRONTEND.with_borrow_mut(|frontend| {
        if let Some(frontend) = frontend {
            let _ = frontend.compile("fuzz.scm", &text);
        }
    });
});
