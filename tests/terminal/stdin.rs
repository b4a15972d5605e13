//! Guests that read what is typed.

use std::fs;

use super::support::{CTRL_C, CTRL_D, Terminal, by_shell};

/// Reads its standard input once: `read` gives what came.
const READS: &str = include_str!("../transcripts/commands/reads.wat");

fn reader() -> Terminal {
    let mut terminal = Terminal::prepared(|home, command| {
        fs::write(home.path().join("probe.wasm"), wat::parse_str(READS).unwrap()).unwrap();
        // As terminals do it: keys are echoed while no line is being edited.
        by_shell(command, "stty echo echoctl; exec witsh probe.wasm");
    });
    terminal.sees("probe> ");
    terminal.keys(".stdin tty\r");
    terminal.sees("standard input: the terminal\r\n");
    terminal.sees("probe> ");
    terminal
}

impl Terminal {
    /// Types a line that makes the guest read, and gives it time to.
    #[track_caller]
    fn begins(&mut self, line: &str) {
        self.keys(&format!("{line}\r"));
        self.sees(line);
        self.sees("\r\n");
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
}

#[test]
fn a_guest_reads_what_is_typed() {
    let mut terminal = reader();
    terminal.begins("read()");
    terminal.keys("one line\n");
    terminal.sees_line("\"one line\\n\"");
    terminal.sees("probe> ");
    // What comes next is the prompt's.
    terminal.keys("$_\r");
    terminal.sees_line("\"one line\\n\"");
    terminal.sees("probe> ");
    terminal.begins("read()");
    terminal.control(CTRL_D);
    terminal.sees("\"\"\r\n");
    terminal.sees("probe> ");
    terminal.leaves();
}

#[test]
fn a_guest_that_is_stopped_reads_no_more() {
    let mut terminal = reader();
    for _ in 0..2 {
        terminal.begins("read()");
        terminal.control(CTRL_C);
        terminal.sees("probe was interrupted");
        terminal.sees("probe> ");
        terminal.keys("\"for the prompt\"\r");
        terminal.sees_line("\"for the prompt\"");
        terminal.sees("probe> ");
    }
    terminal.leaves();
}
