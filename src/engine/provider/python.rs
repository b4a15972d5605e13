//! `python FILE` and `python 'LAMBDA'`: functions in Python answer.
//!
//! `python_runner.py` is the other side of the pipe; it needs nothing but a stock `python3`.

use std::path::PathBuf;
use std::sync::Arc;

use super::child::Program;
use super::process::Process;
use crate::frontend::Frontend;

/// What the interpreter is called.
const PYTHON: &str = "python3";
const RUNNER: &str = include_str!("python_runner.py");

/// Where the functions are.
pub enum Source {
    /// In a file; the path as it was typed.
    File(String),
    /// In an expression that is one function.
    Lambda(String),
}

/// An interpreter that answers, to be started in this folder.
pub fn python(source: Source, folder: PathBuf, frontend: Arc<dyn Frontend>) -> Process {
    let (how, what, label) = match source {
        Source::File(path) => ("file", folder.join(&path).into_os_string(), format!("python {path}")),
        Source::Lambda(text) => ("lambda", (&text).into(), format!("python {text}")),
    };
    let args = vec!["-u".into(), "-c".into(), RUNNER.into(), how.into(), what];
    Process::new(label, Program { executable: PYTHON.into(), args, folder }, true, frontend)
}
