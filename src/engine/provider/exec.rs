//! `exec 'COMMAND'`: a program in any language answers.

use std::path::PathBuf;
use std::sync::Arc;

use super::child::Program;
use super::process::Process;
use crate::frontend::Frontend;

/// The program of these words, to be started in this folder; none if there are no words.
pub fn exec(words: &[String], folder: PathBuf, frontend: Arc<dyn Frontend>) -> Option<Process> {
    let (executable, args) = words.split_first()?;
    // A path means the same whatever the folder, a bare name is looked up in PATH.
    let executable = if executable.contains('/') { folder.join(executable).into() } else { executable.into() };
    let program = Program { executable, args: args.iter().map(Into::into).collect(), folder };
    Some(Process::new(format!("exec {}", words.join(" ")), program, false, frontend))
}
