//! A stranger's or a peer's bytes: see `termite_net::fuzz::transport`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    termite_net::fuzz::transport(data);
});
