//! A guest whose answer is another one each time, because the environment, the clock, a file and chance all go into it.

wit_bindgen::generate!({
    world: "wasi-mindmap:traced/traced",
    path: "wit",
    generate_all,
});

use exports::wasi::cli::run;
use wasi::cli::{environment, stdout};
use wasi::clocks::wall_clock;
use wasi::filesystem::preopens;
use wasi::filesystem::types::{DescriptorFlags, ErrorCode, OpenFlags, PathFlags};
use wasi::random::random;

struct Traced;

impl Guest for Traced {
    fn fortune() -> Result<String, String> {
        print(&format!("Good {}, {}.\n", part_of_day(), name()));
        let sayings = sayings()?;
        let lines: Vec<&str> = sayings.lines().collect();
        let Some(last) = lines.len().checked_sub(1) else {
            return Err("sayings.txt is empty".to_string());
        };
        let chosen = random::get_random_u64() % (last as u64 + 1);
        Ok(lines[chosen as usize].to_string())
    }
}

impl run::Guest for Traced {
    fn run() -> Result<(), ()> {
        let fortune = Traced::fortune();
        print(&format!("{}\n", fortune.as_ref().unwrap_or_else(|reason| reason)));
        fortune.map(drop).map_err(drop)
    }
}

fn name() -> String {
    let found = environment::get_environment().into_iter().find(|(name, _)| name == "NAME");
    found.map_or_else(|| "stranger".to_string(), |(_, value)| value)
}

fn part_of_day() -> &'static str {
    match wall_clock::now().seconds / 3600 % 24 {
        5..12 => "morning",
        12..18 => "afternoon",
        _ => "evening",
    }
}

fn sayings() -> Result<String, String> {
    let Some((directory, _)) = preopens::get_directories().into_iter().next() else {
        return Err("no directory is granted".to_string());
    };
    let reason = |code: ErrorCode| format!("sayings.txt: {}", code.name());
    let file = directory
        .open_at(PathFlags::empty(), "sayings.txt", OpenFlags::empty(), DescriptorFlags::READ)
        .map_err(reason)?;
    let input = file.read_via_stream(0).map_err(reason)?;
    let mut bytes = Vec::new();
    while let Ok(chunk) = input.blocking_read(4096) {
        bytes.extend(chunk);
    }
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

fn print(text: &str) {
    // There is nobody to tell if standard output is closed.
    let _ = stdout::get_stdout().blocking_write_and_flush(text.as_bytes());
}

export!(Traced);
