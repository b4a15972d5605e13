//! The shell at a terminal: keys, completion, Ctrl-C, history. Each test talks to a process over a pseudo-terminal of its own.
#![cfg(unix)]

mod ask;
mod http;
mod stdin;
mod support;
mod waits;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use support::{CTRL_C, PROMPTLY, Terminal, by_shell};
use tempfile::TempDir;

/// Waits for an hour in a call of the host.
const WAITING: &str = include_str!("../guests/waiting.wat");

/// Keeps a sum of random numbers, and traps when it is told to.
const KEEPING: &str = include_str!("../guests/keeping.wat");

/// A resource whose destructor never ends.
const CLINGING: &str = include_str!("../guests/clinging.wat");

/// Writes a line without an end: to standard output (`speak`; `fail` traps then) or to standard error (`moan`).
const UNFINISHED: &str = include_str!("../guests/unfinished.wat");

/// Never gets through its start function.
const NEVER_BEGINS: &str = include_str!("../guests/never-begins.wat");

/// Takes long to compile, however many processors there are: one function of much data flow, and a tail call, which the quick
/// compiler does not take.
fn slow_to_compile() -> String {
    let (steps, locals) = (10_000, 2_000);
    let sum = |i: usize| {
        let [to, a, b, c, other] = [1, 7, 13, 3, 11].map(|factor| i * factor % locals);
        format!(
            "(local.set {to} (i32.add (local.get {a}) (local.get {b})))
             (if (local.get {c}) (then (local.set {other} (i32.const {i}))))"
        )
    };
    format!(
        r#"(component
            (core module $m
                (func $slow (local {}) {})
                (func (return_call $slow))
                (func (export "seven") (result i32) (i32.const 7)))
            (core instance $i (instantiate $m))
            (func (export "seven") (result u32) (canon lift (core func $i "seven"))))"#,
        "i32 ".repeat(locals),
        (0..steps).map(sum).collect::<String>()
    )
}

#[test]
fn a_banner_says_what_is_loaded_and_granted() {
    let mut terminal = Terminal::open();
    terminal.sees(&format!("witsh {}", env!("CARGO_PKG_VERSION")));
    terminal.sees("probe: 5 exports, 1 import");
    terminal.sees("granted: stdout, stderr, clocks, random");
    terminal.sees("probe> ");
    terminal.keys("add(1, 2)\r");
    terminal.sees_line("3");
    terminal.sees("probe> ");
    terminal.leaves();
}

#[test]
fn quiet_means_no_banner_and_quit_leaves() {
    let mut terminal = Terminal::prepared(|_, command| {
        command.arg("-q");
    });
    let before = terminal.sees("probe> ");
    assert!(!before.contains("witsh"), "{before:?}");
    terminal.keys(".quit\r");
    terminal.ends(0);
}

#[test]
fn tab_completes_functions_and_commands() {
    let mut terminal = Terminal::open();
    terminal.sees("probe> ");
    // Nothing fits as yet: what the place is for is said, and Tab inserts nothing.
    terminal.keys("ad\t");
    terminal.sees("add(  a: s32");
    terminal.keys("\t1, 2)\r");
    terminal.sees_line("3");
    terminal.sees("probe> ");
    terminal.keys("s\t");
    // In columns.
    for candidate in ["shout: func()", "sum: func(items: list<s32>) -> s32", "spin: func()"] {
        terminal.sees(candidate);
    }
    terminal.sees("probe> s");
    terminal.control(CTRL_C);
    terminal.sees("probe> ");
    terminal.keys(".compon\t\r");
    terminal.sees(".components");
    terminal.sees("probe.wasm");
    terminal.leaves();
}

#[test]
fn an_open_bracket_goes_on_with_the_next_line() {
    let mut terminal = Terminal::open();
    terminal.sees("probe> ");
    terminal.keys("sum([1,\r");
    terminal.keys("2, 4])\r");
    terminal.sees_line("7");
    terminal.leaves();
}

#[test]
fn a_forgotten_bracket_is_named_and_an_empty_line_gives_up() {
    let mut terminal = Terminal::open();
    terminal.sees("probe> ");
    terminal.keys("add(1\r");
    terminal.sees(". `(` is open; Enter gives up");
    terminal.keys("\r");
    terminal.sees("error: this `(` is not closed");
    terminal.sees("probe> ");
    terminal.keys("add(20, 3)\r");
    terminal.sees_line("23");
    terminal.leaves();
}

#[test]
fn what_is_typed_ahead_is_not_lost() {
    let mut terminal = Terminal::open();
    terminal.sees("probe> ");
    terminal.keys("add(1, 2)\radd(20, 3)\radd(30, 3)\r");
    terminal.sees_line("3");
    terminal.sees_line("23");
    terminal.sees_line("33");
    terminal.leaves();
}

#[test]
fn control_c_clears_the_line() {
    let mut terminal = Terminal::open();
    terminal.sees("probe> ");
    terminal.keys("add(1,\r[[[");
    terminal.control(CTRL_C);
    terminal.sees("probe> ");
    terminal.keys("add(2, 2)\r");
    let before = terminal.sees_line("4");
    assert!(!before.contains("error"), "{before:?}");
    terminal.leaves();
}

#[test]
fn control_c_stops_a_looping_guest() {
    // As terminals do it: keys are echoed while no line is being edited.
    let mut terminal = Terminal::prepared(|_, command| by_shell(command, "stty echo echoctl; exec witsh probe.wasm"));
    terminal.sees("probe> ");
    terminal.keys("$k = add(1, 1)\r");
    terminal.sees("probe> ");
    terminal.keys("spin()\r");
    terminal.sees("spin()");
    let seen = terminal.interrupts();
    // The key that the terminal showed stands on a line of its own.
    assert!(seen.contains("^C\r\nerror: probe was interrupted\r\n"), "{seen:?}");
    assert!(seen.contains("backtrace:") && seen.contains("fresh instance"), "{seen:?}");
    terminal.keys("add(20, $k)\r");
    terminal.sees_line("22");
    terminal.leaves();
}

#[test]
fn control_c_stops_a_start_function_and_a_destructor() {
    let mut terminal = Terminal::with_component(NEVER_BEGINS);
    terminal.sees("probe> ");
    terminal.keys("$k = \"kept\"\rseven()\r");
    terminal.sees("seven()");
    let seen = terminal.interrupts();
    assert!(seen.contains("was interrupted"), "{seen:?}");
    terminal.keys("$k\r");
    terminal.sees_line("\"kept\"");
    terminal.leaves();

    let mut terminal = Terminal::with_component(CLINGING);
    terminal.sees("probe> ");
    terminal.keys("$k = \"kept\"\r$h = make()\r.drop $h\r");
    terminal.sees(".drop $h");
    let seen = terminal.interrupts();
    assert!(seen.contains("was interrupted"), "{seen:?}");
    terminal.keys("$k\rseven()\r");
    terminal.sees_line("\"kept\"");
    terminal.sees_line("7");
    terminal.leaves();
}

#[test]
fn control_c_leaves_a_guest_that_waits_in_the_host() {
    let mut terminal = Terminal::with_component(WAITING);
    terminal.sees("probe> ");
    terminal.keys("wait()\r");
    terminal.sees("wait()");
    let seen = terminal.interrupts();
    let waiting = "it was waiting for wasi, answering wasi:io/poll@0.2.0#[method]pollable.block";
    assert!(seen.contains(waiting), "{seen:?}");
    terminal.keys("seven()\r");
    terminal.sees_line("7");
    terminal.sees("probe> ");
    terminal.keys("wait()\r");
    terminal.sees("wait()");
    terminal.interrupts();
    let left = Instant::now();
    terminal.leaves();
    assert!(left.elapsed() < PROMPTLY, "leaving took {:?}", left.elapsed());
}

#[test]
fn a_terminal_without_escape_sequences_gets_none() {
    let slow = slow_to_compile();
    let mut terminal = Terminal::prepared(|home, command| {
        std::fs::write(home.path().join("probe.wasm"), wat::parse_str(&slow).unwrap()).unwrap();
        command.env("TERM", "dumb");
    });
    terminal.sees("probe> ");
    terminal.keys("seven()\r");
    let seen = terminal.sees("7\r\n");
    assert!(!seen.contains('\x1b') && !seen.contains("compiling"), "{seen:?}");
    terminal.sees("probe> ");
    terminal.leaves();
}

#[test]
fn control_c_leaves_a_compile_to_itself() {
    let slow = slow_to_compile();
    let mut terminal = Terminal::with_component(&slow);
    terminal.sees("probe> ");
    terminal.keys("seven()\r");
    terminal.sees("compiling probe ");
    terminal.control(CTRL_C);
    let seen = terminal.sees("probe> ");
    // What told of the progress is gone, and the error stands in its place.
    assert!(seen.contains("\r\x1b[Kerror: stopped waiting for probe to compile\r\n"), "{seen:?}");
    assert!(seen.contains("compiling goes on"), "{seen:?}");
    terminal.keys("$k = \"kept\"\r$k\r");
    terminal.sees_line("\"kept\"");
    terminal.sees("probe> ");
    terminal.keys("seven()\r");
    terminal.sees("7\r\n");
    terminal.sees("probe> ");
    terminal.leaves();

    let mut terminal = Terminal::with_component(&slow);
    terminal.sees("probe> ");
    let left = Instant::now();
    terminal.leaves();
    assert!(left.elapsed() < PROMPTLY, "leaving took {:?}", left.elapsed());
}

#[test]
fn a_line_that_a_guest_left_open_is_ended() {
    let mut terminal = Terminal::with_component(UNFINISHED);
    terminal.sees("probe> ");
    for (line, shown) in
        [("speak()", "no end\r\n7\r\n"), ("moan()", "no end\r\n7\r\n"), ("fail()", "no end\r\nerror: ")]
    {
        terminal.keys(&format!("{line}\r"));
        terminal.sees(shown);
        terminal.sees("probe> ");
    }
    terminal.leaves();
}

#[test]
fn tab_offers_what_fits_deep_inside_and_the_values_of_settings() {
    let mut terminal = Terminal::open();
    terminal.sees("probe> ");
    terminal.keys(".set color ne\t\r");
    terminal.sees("color is never");
    terminal.sees("probe> ");
    terminal.keys("$x = {position: {x: 1, y: 2}, mode: slow} : settings\r$x.po\t.y\r");
    terminal.sees_line("2");
    terminal.sees("probe> ");
    terminal.keys("move-to({mo\tsl\t, posi\t{y\t4, x\t3}})\r");
    terminal.sees_line("12");
    terminal.leaves();
}

#[test]
fn the_whole_of_a_long_table_is_laid_out_for_the_screen() {
    let mut terminal =
        Terminal::prepared(|_, command| by_shell(command, "stty cols 40 rows 12; exec witsh probe.wasm"));
    terminal.sees("probe> ");
    for i in 0..30 {
        terminal.keys(&format!("\"value {i:02}\"\r"));
        terminal.sees(&format!("\"value {i:02}\"\r\n"));
    }
    terminal.sees("probe> ");
    terminal.keys(".vars\r");
    terminal.sees("more rows; .last shows all");
    terminal.keys(".last\r");
    let whole = terminal.sees("value 29\"");
    assert!((0..29).all(|i| whole.contains(&format!("value {i:02}"))), "{whole:?}");
    assert!(!whole.contains(".last shows all"), "{whole:?}");
    terminal.leaves();
}

#[test]
fn the_history_is_private_and_keeps_no_line_with_a_leading_blank() {
    let mut terminal = Terminal::open();
    terminal.sees("probe> ");
    for (line, result) in [("add(1, 2)", "3"), (" add(30, 30)", "60"), ("sum([5,\r6])", "11")] {
        terminal.keys(&format!("{line}\r"));
        terminal.sees_line(result);
        terminal.sees("probe> ");
    }
    terminal.leaves();
    let history = terminal.history();
    assert_eq!(fs::read_to_string(&history).unwrap(), "#V2\nadd(1, 2)\nsum([5,\\n6])\n");
    assert_eq!(fs::metadata(&history).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn earlier_lines_come_back() {
    let mut terminal = Terminal::prepared(|home, _| {
        let folder = home.path().join("state/witsh");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("history"), "#V2\nadd(40, 2)\n").unwrap();
    });
    terminal.sees("probe> ");
    terminal.keys("\x1b[A\r");
    terminal.sees_line("42");
    terminal.leaves();
}

#[test]
fn a_history_that_is_none_is_left_alone() {
    let mut terminal = Terminal::prepared(|home, _| {
        let folder = home.path().join("state/witsh");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("history"), b"\xff\x1b[2J").unwrap();
    });
    terminal.sees("notice: no history is kept in");
    terminal.sees("it is not UTF-8");
    terminal.sees("probe> ");
    terminal.keys("add(1, 2)\r");
    terminal.sees_line("3");
    terminal.leaves();
    assert_eq!(fs::read(terminal.history()).unwrap(), b"\xff\x1b[2J");
}

#[test]
fn without_a_home_there_is_no_history() {
    let mut terminal = Terminal::prepared(|_, command| {
        command.env_remove("XDG_STATE_HOME").env_remove("XDG_CACHE_HOME").env_remove("XDG_CONFIG_HOME");
    });
    let before = terminal.sees("probe> ");
    assert!(!before.contains("notice"), "{before:?}");
    terminal.keys("add(1, 2)\r");
    terminal.sees_line("3");
    terminal.leaves();
}

#[test]
fn first_lines_are_run_and_their_errors_stop_nothing() {
    let rc = |home: &TempDir| {
        let folder = home.path().join("config/witsh");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("rc"), "$x = add(1, 2)\nno-such-function()\nsum([\n  $x, 4\n])\n").unwrap();
    };
    let mut terminal = Terminal::prepared(|home, _| rc(home));
    terminal.sees("no-such-function");
    terminal.sees("note: in ");
    terminal.sees("config/witsh/rc");
    terminal.sees_line("7");
    terminal.sees("probe> ");
    terminal.leaves();
    let mut terminal = Terminal::prepared(|home, command| {
        rc(home);
        command.arg("--no-rc");
    });
    let before = terminal.sees("probe> ");
    assert!(!before.contains("no-such-function"), "{before:?}");
    terminal.leaves();
}

#[test]
fn a_pasted_block_runs_line_by_line_without_its_prompts() {
    let mut terminal = Terminal::open();
    terminal.sees("probe> ");
    terminal.keys("\x1b[200~> add(1, 2)\n> sum([3,\n. 4])\n\x1b[201~\r");
    terminal.sees_line("3");
    terminal.sees_line("7");
    terminal.sees("probe> ");
    terminal.leaves();
}

#[test]
fn escape_sequences_reach_the_terminal_only_as_text() {
    let mut terminal = Terminal::open();
    terminal.sees("probe> ");
    // From a guest, and from whoever fills the clipboard.
    terminal.keys("shout()\r");
    let mut seen = terminal.sees("shouted");
    terminal.keys("\x1b[200~\"\x1b]0;owned\x07\"\x1b[201~\r");
    terminal.keys("add(1, 2)\r");
    seen += &terminal.sees_line("3");
    assert!(seen.contains("\\u{1b}]0;owned\\u{7}"), "{seen:?}");
    assert!(!seen.contains("\x1b]0;") && !seen.contains('\x07') && !seen.contains("\x1b[2J"), "{seen:?}");
    terminal.leaves();
}

#[test]
fn timing_and_json_can_be_switched_on() {
    let mut terminal = Terminal::open();
    terminal.sees("probe> ");
    terminal.keys(".set timing on\radd(1, 2)\rnothing()\r");
    terminal.sees_line("3");
    terminal.sees("took ");
    terminal.sees("no function `nothing`");
    terminal.sees("took ");
    terminal.keys(".set timing off\r.set output json\radd(20, 3)\r");
    terminal.sees(r#""wave":"23"}"#);
    terminal.leaves();
}

#[test]
fn a_long_value_is_cut_and_last_shows_all() {
    let mut terminal = Terminal::open();
    terminal.sees("probe> ");
    let list = vec!["1234567"; 500].join(", ");
    terminal.keys(&format!("\x1b[200~[{list}] : list<u32>\x1b[201~\r"));
    terminal.sees(".last shows all");
    terminal.sees("probe> ");
    terminal.keys(".last\r");
    let whole = terminal.sees("1234567]");
    assert_eq!(whole.matches("1234567, ").count(), 499);
    terminal.leaves();
}

#[test]
fn results_into_a_file_leave_the_prompt_at_the_terminal() {
    let mut terminal = Terminal::prepared(|_, command| by_shell(command, "exec witsh probe.wasm > results"));
    terminal.sees("probe> ");
    terminal.keys("add(20, 3)\r");
    terminal.sees("probe> ");
    terminal.leaves();
    assert_eq!(fs::read_to_string(terminal.home.path().join("results")).unwrap(), "23\n");
}

#[test]
fn a_dumb_terminal_will_do() {
    let mut terminal = Terminal::prepared(|_, command| {
        command.env("TERM", "dumb");
    });
    terminal.sees("probe> ");
    terminal.keys("sum([1,\n2])\n");
    terminal.sees("3");
    terminal.sees("probe> ");
    // Here the terminal itself turns Ctrl-C into a signal, which takes its time to arrive: no person types as fast.
    terminal.control(CTRL_C);
    std::thread::sleep(Duration::from_millis(300));
    terminal.keys("add(20, 3)\n");
    terminal.sees("23");
    terminal.leaves();
}

#[test]
fn a_trap_is_taken_back_without_having_asked_for_calls() {
    let mut terminal = Terminal::with_component(KEEPING);
    terminal.sees("probe> ");
    terminal.keys("$sum = throw()\r");
    terminal.sees("probe> ");
    terminal.keys("fail()\r");
    terminal.sees("probe trapped");
    terminal.sees("probe> ");
    terminal.keys(".back\r");
    terminal.sees_line("probe is as it was after 1 call");
    terminal.sees("probe> ");
    terminal.keys("[sum(), $sum, sum()] : list<u64>\r");
    terminal.sees("\r\n[");
    let sums = terminal.sees("]\r\n");
    terminal.leaves();
    let sums: Vec<&str> = sums.split(", ").collect();
    assert!(sums[0].parse::<u64>().is_ok() && sums == [sums[0]; 3], "{sums:?}");
}
