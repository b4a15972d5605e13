//! A trace shows every call that happens: held against guests that count their own calls, and a replay against the run that was
//! recorded.

mod counts;
mod replay;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The shell, with files of its own in a folder.
fn witsh(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_witsh"));
    command.args(args).current_dir(folder);
    for name in ["XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"] {
        command.env(name, folder.join("xdg"));
    }
    command.output().expect("it runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A file of the project.
fn project(path: &str) -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path).to_string_lossy().into_owned()
}
