//! Every document of the project that holds sessions, replayed by the shell's own `witsh test`: one test a document.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};
use witsh::driver::transcript::{documents_with_sessions, has_sessions};

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut documents: Vec<PathBuf> = ["docs", "demos", "tests/transcripts"]
        .iter()
        .flat_map(|folder| documents_with_sessions(&root.join(folder)))
        .collect();
    documents.extend(Some(root.join("README.md")).filter(|readme| has_sessions(readme)));
    let trials = documents.into_iter().map(|document| {
        let name = document.strip_prefix(root).unwrap_or(&document).display().to_string();
        Trial::test(name, move || replay(&document))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

/// A process of its own, since a document's folder is the working directory.
fn replay(document: &Path) -> Result<(), Failed> {
    let home = tempfile::tempdir()?;
    let output = Command::new(env!("CARGO_BIN_EXE_witsh"))
        .arg("test")
        .arg(document)
        .env("XDG_CONFIG_HOME", home.path())
        .env("XDG_STATE_HOME", home.path())
        .env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"))
        .env_remove("HOME")
        .output()?;
    let shown = [output.stdout, output.stderr].concat();
    let shown = String::from_utf8_lossy(&shown);
    match output.status.success() && shown.contains(" passed, 0 failed") {
        true => Ok(()),
        false => Err(shown.into_owned().into()),
    }
}
