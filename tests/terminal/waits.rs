//! Ctrl-C while the shell waits for a task or a stream: it costs the wait and nothing else.

use std::fs;

use super::support::Terminal;

/// A component whose functions wait, in the place of the probe.
fn terminal() -> Terminal {
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/demos/async-tasks/async-tasks.wasm");
    let mut terminal = Terminal::prepared(|home, _| {
        fs::copy(demo, home.path().join("probe.wasm")).unwrap();
    });
    terminal.sees("probe> ");
    terminal
}

#[test]
fn control_c_ends_the_wait_for_a_task_and_not_the_task() {
    let mut terminal = terminal();
    terminal.keys("$a = start meet(\"Ada\")\r");
    terminal.sees("probe> ");
    terminal.keys("$a?\r");
    terminal.sees("$a?");
    let seen = terminal.interrupts();
    assert!(seen.contains("was interrupted") && seen.contains("the task goes on"), "{seen:?}");
    terminal.keys(".wait\r");
    terminal.sees(".wait");
    assert!(terminal.interrupts().contains("the wait was interrupted"));
    terminal.keys("meet(\"Bob\")\r");
    terminal.sees_line("\"Ada\"");
    terminal.keys("$a?\r");
    terminal.sees_line("\"Bob\"");
    terminal.leaves();
}

#[test]
fn control_c_ends_a_read_and_loses_nothing() {
    let mut terminal = terminal();
    // The first number comes after an hour.
    terminal.keys("$s = ticks(3600000)\r");
    terminal.sees("probe> ");
    terminal.keys("$f = never()\r");
    terminal.sees("probe> ");
    for line in [".read $s 2", ".read $s", ".read $f"] {
        terminal.keys(&format!("{line}\r"));
        terminal.sees(line);
        let seen = terminal.interrupts();
        assert!(seen.contains("was interrupted") && seen.contains("came so far"), "{line}: {seen:?}");
    }
    terminal.keys("step(\"a\", 1)\r");
    terminal.sees_line("[\"a 1\"]");
    terminal.keys(".drop $s\r");
    terminal.sees("dropped <stream<u32>#1>");
    terminal.keys(".reset\r");
    terminal.sees("reset probe and host");
    terminal.keys(".resources\r");
    terminal.sees_line("no handles");
    terminal.keys(".tasks\r");
    terminal.sees_line("no tasks");
    terminal.leaves();
}
