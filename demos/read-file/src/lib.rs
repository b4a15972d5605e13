//! A command on WASI 0.2 with nothing in between: what it imports is what it calls.
//!
//! Each argument is a file to print, or `--clock` for the time of day in UTC.

wit_bindgen::generate!({
    world: "wasi-mindmap:read-file/read-file",
    path: "wit",
    generate_all,
});

use exports::wasi::cli::run::Guest;
use wasi::cli::{environment, stderr, stdout};
use wasi::clocks::wall_clock::{self, Datetime};
use wasi::filesystem::preopens;
use wasi::filesystem::types::{Descriptor, DescriptorFlags, OpenFlags, PathFlags};
use wasi::io::streams::StreamError;

/// What `blocking-write-and-flush` takes at once.
const CHUNK: u64 = 4096;

struct ReadFile;

impl Guest for ReadFile {
    fn run() -> Result<(), ()> {
        for argument in environment::get_arguments().iter().skip(1) {
            let done = match argument.as_str() {
                "--clock" => print(&time_of_day(wall_clock::now())),
                path => print_file(path),
            };
            if let Err(message) = done {
                let line = format!("read-file: {argument}: {message}\n");
                let _ = stderr::get_stderr().blocking_write_and_flush(line.as_bytes());
                return Err(());
            }
        }
        Ok(())
    }
}

fn print_file(path: &str) -> Result<(), String> {
    let (directory, rest) = granted_directory(path)?;
    let file = directory
        .open_at(PathFlags::SYMLINK_FOLLOW, rest, OpenFlags::empty(), DescriptorFlags::READ)
        .map_err(|code| code.name().to_string())?;
    let input = file.read_via_stream(0).map_err(|code| code.name().to_string())?;
    let output = stdout::get_stdout();
    loop {
        match input.blocking_read(CHUNK) {
            Ok(bytes) => output.blocking_write_and_flush(&bytes).map_err(reason)?,
            Err(StreamError::Closed) => return Ok(()),
            Err(error) => return Err(reason(error)),
        }
    }
}

/// The directory that the host granted under the longest name that the path begins with, and the rest of the path.
fn granted_directory(path: &str) -> Result<(Descriptor, &str), String> {
    let mut best: Option<(Descriptor, &str)> = None;
    for (directory, name) in preopens::get_directories() {
        if let Some(rest) = below(path, &name)
            && best.as_ref().is_none_or(|(_, other)| rest.len() < other.len())
        {
            best = Some((directory, rest));
        }
    }
    best.ok_or_else(|| "no directory that was granted holds it".to_string())
}

/// What is left of a path below a directory, if it lies there.
fn below<'a>(path: &'a str, directory: &str) -> Option<&'a str> {
    let path = path.trim_start_matches("./").trim_start_matches('/');
    let directory = directory.trim_start_matches('.').trim_matches('/');
    if directory.is_empty() {
        return Some(path);
    }
    path.strip_prefix(directory)?.strip_prefix('/')
}

fn print(text: &str) -> Result<(), String> {
    stdout::get_stdout().blocking_write_and_flush(text.as_bytes()).map_err(reason)
}

fn reason(error: StreamError) -> String {
    match error {
        StreamError::Closed => "closed".to_string(),
        StreamError::LastOperationFailed(error) => error.to_debug_string(),
    }
}

/// RFC 3339, in UTC and to the second.
fn time_of_day(time: Datetime) -> String {
    let (year, month, day) = civil((time.seconds / 86_400) as i64);
    let (hour, minute, second) = (time.seconds / 3600 % 24, time.seconds / 60 % 60, time.seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z\n")
}

/// Year, month and day of a number of days since 1970-01-01, counted in eras of 400 years that begin on 1 March.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = (year_of_era + era * 400, if month < 10 { month + 3 } else { month - 9 });
    (if month <= 2 { year + 1 } else { year }, month, day)
}

export!(ReadFile);
