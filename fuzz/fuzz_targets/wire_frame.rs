//! Any bytes as a frame: see `harm::frame` of the codec's tests.

#![no_main]

#[path = "../../runtime/wire/tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    support::harm::frame(data);
});
