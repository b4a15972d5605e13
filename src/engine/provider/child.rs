//! A child process at the ends of three pipes.
//!
//! Pipes block, and the shell must not: a thread writes the child's standard input, one reads its standard output by lines, one
//! shows its standard error. Whoever waits for a line does so in a future, which can be dropped at any time. The child is killed
//! when this is dropped.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, mpsc as queue};
use std::time::Duration;

use tokio::sync::mpsc;

use crate::error::{Error, Kind, Result};
use crate::frontend::{Channel, Frontend};

/// Bytes of the longest line that is read.
const LONGEST_LINE: u64 = 64 << 20;
/// Lines that are read ahead; a child that writes more waits.
const AHEAD: usize = 4;
/// How long the last words of a child that has ended are waited for.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// What to start, and where.
pub struct Program {
    /// The executable: a path, or a name that is looked up in `PATH`.
    pub executable: OsString,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Its working directory.
    pub folder: PathBuf,
}

/// A child that runs.
pub struct Child {
    process: std::process::Child,
    requests: Requests,
    lines: mpsc::Receiver<Line>,
    /// Closed once all of its standard error has been shown.
    shown: mpsc::Receiver<()>,
}

/// The way to its standard input.
pub type Requests = queue::Sender<Vec<u8>>;

/// What came from its standard output.
pub enum Line {
    /// A line, without its end.
    Whole(Vec<u8>),
    /// One that is too long to be read.
    TooLong,
}

impl Child {
    /// Starts it. What it writes to its standard error goes to the frontend.
    pub fn start(program: &Program, frontend: &Arc<dyn Frontend>) -> Result<Child> {
        let mut command = Command::new(&program.executable);
        command.args(&program.args).current_dir(&program.folder);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Ctrl-C at the terminal is for the shell, which decides what it means.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut process = command.spawn().map_err(|error| not_started(program, &error))?;
        let (requests, to_write) = queue::channel();
        let (read, lines) = mpsc::channel(AHEAD);
        let (showing, shown) = mpsc::channel(1);
        if let Some(stdin) = process.stdin.take() {
            std::thread::spawn(move || write(stdin, &to_write));
        }
        if let Some(stdout) = process.stdout.take() {
            std::thread::spawn(move || read_lines(stdout, &read));
        }
        if let Some(stderr) = process.stderr.take() {
            let frontend = frontend.clone();
            std::thread::spawn(move || {
                show(stderr, &*frontend);
                drop(showing);
            });
        }
        Ok(Child { process, requests, lines, shown })
    }

    /// The way to its standard input: what is sent there is written in order, and lost once the child has ended.
    pub fn requests(&self) -> &Requests {
        &self.requests
    }

    /// Its next line; `None` when there will be no more.
    pub async fn line(&mut self) -> Option<Line> {
        self.lines.recv().await
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.process.try_wait().ok().flatten()
    }

    /// How it ended, once it has closed its output; a child that goes on without is killed. What it wrote to its standard
    /// error has been shown then.
    pub async fn end(mut self) -> Option<ExitStatus> {
        let last_words = async {
            self.shown.recv().await;
            // A process closes its pipes a little before it can be asked how it ended.
            loop {
                if let Ok(Some(status)) = self.process.try_wait() {
                    return status;
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(LAST_WORDS, last_words).await.ok()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Both fail only if it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn not_started(program: &Program, error: &std::io::Error) -> Error {
    let name = program.executable.to_string_lossy();
    match error.kind() {
        std::io::ErrorKind::NotFound => Error::new(Kind::Provider, format!("there is no program `{name}`"))
            .note("it is looked for in PATH, or, if it has a slash in it, from where `.provide` was typed"),
        _ => Error::new(Kind::Provider, format!("`{name}` cannot be started")).cause(error.to_string()),
    }
}

fn write(mut stdin: impl Write, requests: &queue::Receiver<Vec<u8>>) {
    // A child that does not read any more is noticed where its answer is missing.
    while let Ok(request) = requests.recv() {
        if stdin.write_all(&request).and_then(|()| stdin.flush()).is_err() {
            return;
        }
    }
}

fn read_lines(stdout: impl Read, lines: &mpsc::Sender<Line>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        match (&mut stdout).take(LONGEST_LINE).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let whole = line.last() == Some(&b'\n') || (line.len() as u64) < LONGEST_LINE;
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        let read = if whole { Line::Whole(line) } else { Line::TooLong };
        if lines.blocking_send(read).is_err() || !whole {
            return;
        }
    }
}

fn show(mut stderr: impl Read, frontend: &dyn Frontend) {
    let mut bytes = [0; 4096];
    loop {
        match stderr.read(&mut bytes) {
            Ok(0) | Err(_) => return,
            Ok(length) => frontend.guest_output(Channel::Stderr, &bytes[..length]),
        }
    }
}
