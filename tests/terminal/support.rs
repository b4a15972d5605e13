//! A shell at a pseudo-terminal of its own, and the keys of the person at it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use rexpect::session::{PtySession, spawn_command};
use tempfile::TempDir;

/// How long anything may take: the machine may be busy.
const PATIENCE: u64 = 60_000;
/// How long a person may wait for the prompt after Ctrl-C: four times what is promised, for a busy machine.
pub const PROMPTLY: Duration = Duration::from_secs(2);
pub const CTRL_C: char = 'c';
pub const CTRL_D: char = 'd';

/// Adds, moves, sums a list, loops for ever, and logs what no terminal should see raw.
const PROBE: &str = include_str!("../guests/probe.wat");

/// A shell at a terminal, with the probe loaded, in folders of its own.
pub struct Terminal {
    session: PtySession,
    /// Where it runs, and where its files are.
    pub home: TempDir,
}

impl Terminal {
    pub fn open() -> Terminal {
        Terminal::prepared(|_, _| {})
    }

    /// `prepare` may fill the folders and change the command line.
    pub fn prepared(prepare: impl FnOnce(&TempDir, &mut Command)) -> Terminal {
        let home = tempfile::tempdir().unwrap();
        let component = home.path().join("probe.wasm");
        fs::write(&component, wat::parse_str(PROBE).unwrap()).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_witsh"));
        command.env_clear().current_dir(home.path()).env("TERM", "xterm").env("NO_COLOR", "1").arg(component);
        for (variable, folder) in
            [("XDG_CONFIG_HOME", "config"), ("XDG_STATE_HOME", "state"), ("XDG_CACHE_HOME", "cache")]
        {
            command.env(variable, home.path().join(folder));
        }
        prepare(&home, &mut command);
        let mut session = spawn_command(command, Some(PATIENCE)).unwrap();
        session.process_mut().set_kill_timeout(Some(2_000));
        Terminal { session, home }
    }

    /// With another component than the probe.
    pub fn with_component(text: &str) -> Terminal {
        Terminal::prepared(|home, _| {
            fs::write(home.path().join("probe.wasm"), wat::parse_str(text).unwrap()).unwrap();
        })
    }

    /// Presses Ctrl-C while something runs; what is seen until the prompt is back, which must not take long.
    #[track_caller]
    pub fn interrupts(&mut self) -> String {
        std::thread::sleep(Duration::from_millis(300));
        let pressed = Instant::now();
        self.control(CTRL_C);
        let seen = self.sees("probe> ");
        assert!(pressed.elapsed() < PROMPTLY, "{:?} until {seen}", pressed.elapsed());
        seen
    }

    pub fn history(&self) -> PathBuf {
        self.home.path().join("state/witsh/history")
    }

    /// Types keys as they are.
    #[track_caller]
    pub fn keys(&mut self, keys: &str) {
        self.session.send(keys).unwrap();
        self.session.flush().unwrap();
    }

    #[track_caller]
    pub fn control(&mut self, key: char) {
        self.session.send_control(key).unwrap();
    }

    /// Waits until this appears; what came before it.
    #[track_caller]
    pub fn sees(&mut self, text: &str) -> String {
        self.session.exp_string(text).unwrap()
    }

    /// Waits until a line of output is exactly this.
    #[track_caller]
    pub fn sees_line(&mut self, line: &str) -> String {
        self.sees(&format!("\r\n{line}\r\n"))
    }

    /// Waits for the end, which must have this exit status.
    #[track_caller]
    pub fn ends(&mut self, status: u8) {
        self.session.exp_eof().unwrap();
        let ended = format!("{:?}", self.session.process().wait().unwrap());
        assert!(ended.starts_with("Exited") && ended.ends_with(&format!(", {status})")), "{ended}");
    }

    /// Leaves with Ctrl-D, which is no failure. One that falls between a line's end and the next prompt is taken by the
    /// terminal itself and not by the editor: a person would press it again, and so does this.
    #[track_caller]
    pub fn leaves(&mut self) {
        let mut ended = String::new();
        for moment in 0..3_000 {
            if moment % 50 == 0 {
                self.control(CTRL_D);
            }
            ended = format!("{:?}", self.session.process().status());
            if ended.starts_with("Some(Exited") {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        assert!(ended.starts_with("Some(Exited") && ended.ends_with(", 0))"), "{ended}");
    }
}

/// Leaves it to a shell to begin: `script` has `witsh` where the program stands.
pub fn by_shell(command: &mut Command, script: &str) {
    let script = script.replace("witsh", env!("CARGO_BIN_EXE_witsh"));
    let environment: Vec<_> =
        command.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect();
    let folder = command.get_current_dir().unwrap().to_owned();
    *command = Command::new("/bin/sh");
    command.env_clear().envs(environment).current_dir(folder).args(["-c", &script]);
}
