//! Values: what is read prints, and what is printed reads as the same.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| witsh_fuzz::value(text));
