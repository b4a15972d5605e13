//! The same without the standard library: a panic is a trap, and nobody is told why.

#![no_std]

extern crate alloc;

use alloc::vec::Vec;

wit_bindgen::generate!({ world: "statistics", path: "../wit" });

#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

struct Statistics;

impl Guest for Statistics {
    fn average(of: Vec<u32>) -> u32 {
        statistics::average(&of)
    }

    fn total(of: Vec<u32>) -> u64 {
        statistics::total(&of)
    }
}

export!(Statistics);
