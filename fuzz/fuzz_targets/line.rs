//! Lines: parsing, completion, evaluation, and every form of output.
#![no_main]

libfuzzer_sys::fuzz_target!(|line: &str| witsh_fuzz::line(line));
