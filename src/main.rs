//! The binary: flags to driver to exit code.

use std::process::ExitCode;

use clap::Parser;
use witsh::cli::{Cli, TestCli};
use witsh::driver;

fn main() -> ExitCode {
    // Only as the very first word: `witsh ./test` loads a file of that name.
    let is_test = std::env::args_os().nth(1).is_some_and(|word| word == "test");
    if is_test {
        let parsed = TestCli::try_parse_from(std::env::args_os().skip(1));
        return parsed.map_or_else(|error| driver::usage(&error), driver::transcript::run);
    }
    Cli::try_parse().map_or_else(|error| driver::usage(&error), driver::run)
}
