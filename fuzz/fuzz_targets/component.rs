//! Files: loading, and all commands that only look.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| witsh_fuzz::component(bytes));
