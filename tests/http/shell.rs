//! The shell as a process, with a component and lines.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A component of a demo.
pub fn demo(folder: &str, name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("demos").join(folder).join(format!("{name}.wasm"))
}

/// A handler that does what its path says, of WASI 0.2 (`v2`) or 0.3 (`v3`).
pub fn corners(version: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/http").join(format!("corners-{version}.wasm"))
}

/// The shell with a component, without a home.
pub fn shell(component: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_witsh"));
    command.arg(component).env_remove("HOME").stdin(Stdio::null());
    command.env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
    command
}

/// The shell with a component, flags and lines, run to its end.
pub fn run(component: &Path, flags: &[&str], lines: &[&str]) -> Output {
    let mut command = shell(component);
    command.arg("--keep-going").args(flags).args(lines.iter().flat_map(|line| ["-e", *line]));
    command.output().expect("the shell runs")
}

/// What a process printed on standard output and on standard error.
pub fn printed(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}
