//! Built as most are: with the standard library, for WASI. A panic has a message for standard error.

wit_bindgen::generate!({ world: "statistics", path: "../wit" });

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
