//! The shell as a process with hard bounds, and what has to hold however it is treated.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use witsh::render::sanitize::is_hidden;

/// Nothing here takes more than a few seconds; a slow machine is no failure.
const PATIENCE: Duration = Duration::from_secs(120);

/// What the process may allocate, in KiB, where the system can be told.
const MEMORY: &str = "3000000";

/// A folder in which the shell runs with nothing of the user's own.
pub struct Place(tempfile::TempDir);

/// How the shell ended and what it wrote.
pub struct Ended {
    /// The exit code; none after a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
}

impl Place {
    pub fn new() -> Place {
        Place(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// The shell with these arguments, not started.
    pub fn command<A: AsRef<OsStr>>(&self, args: &[A]) -> Command {
        let mut command = bounded(env!("CARGO_BIN_EXE_witsh"));
        command.args(args).current_dir(self.path()).env_remove("HOME").env_remove("NO_COLOR");
        for variable in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"] {
            command.env(variable, self.path());
        }
        command
    }

    /// Runs `-e` lines and the like.
    pub fn run<A: AsRef<OsStr>>(&self, args: &[A]) -> Ended {
        end(self.command(args), b"")
    }

    /// Runs a script that comes on standard input.
    pub fn script<A: AsRef<OsStr>>(&self, args: &[A], script: impl AsRef<[u8]>) -> Ended {
        end(self.command(args), script.as_ref())
    }
}

/// A program whose memory is bounded by the shell of the system, which is the way without unsafe code.
fn bounded(program: &str) -> Command {
    if cfg!(target_os = "linux") {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -d {MEMORY}; exec \"$0\" \"$@\""), program]);
        command
    } else {
        Command::new(program)
    }
}

/// Runs a command to its end, or fails when it takes too long.
pub fn end(mut command: Command, input: &[u8]) -> Ended {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // The shell may end before it has read all.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let stdout = reader(child.stdout.take().unwrap());
    let stderr = reader(child.stderr.take().unwrap());
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("{command:?} did not end");
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    writer.join().unwrap();
    Ended { code: status.code(), stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap() }
}

fn reader(mut stream: impl Read + Send + 'static) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        bytes
    })
}

impl Ended {
    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// Both streams, cut, for messages of tests.
    pub fn shown(&self) -> String {
        let cut = |text: String| text.chars().take(2_000).collect::<String>();
        format!("exit code {:?}\nstdout: {}\nstderr: {}", self.code, cut(self.stdout()), cut(self.stderr()))
    }

    /// It ended by itself with this code, without a panic, and wrote nothing that a terminal acts on.
    #[track_caller]
    pub fn stood(self, code: i32) -> Ended {
        self.sound(code);
        for (name, bytes) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            let text = std::str::from_utf8(bytes).unwrap_or_else(|e| panic!("{name} is not UTF-8: {e}"));
            let bad = text.chars().find(|c| *c != '\n' && is_hidden(*c));
            assert_eq!(bad, None, "a control character in {name}\n{}", self.shown());
        }
        self
    }

    /// The same where a guest's own output may be anything.
    #[track_caller]
    pub fn sound(&self, code: i32) {
        assert_eq!(self.code, Some(code), "{}", self.shown());
        for sign in ["panicked", "defect of witsh", "\"kind\":\"internal\""] {
            assert!(!self.stderr().contains(sign) && !self.stdout().contains(sign), "{sign}: {}", self.shown());
        }
    }

    /// Standard output is this, exactly.
    #[track_caller]
    pub fn prints(self, stdout: &str) -> Ended {
        assert_eq!(self.stdout(), stdout, "{}", self.shown());
        self
    }

    /// Standard error holds this.
    #[track_caller]
    pub fn says(self, part: &str) -> Ended {
        assert!(self.stderr().contains(part), "`{part}` is missing\n{}", self.shown());
        self
    }
}
