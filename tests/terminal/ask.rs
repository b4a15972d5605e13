//! Guests' calls answered by the person at the terminal.

use std::fs;
use std::path::Path;

use super::support::{CTRL_C, CTRL_D, Terminal};

/// Imports a shop with a function of every shape, and calls each.
const CUSTOMER: &str = include_str!("../guests/customer.wat");

/// A shell with the customer in the place of the probe, at its prompt.
fn customer() -> Terminal {
    let mut terminal = Terminal::with_component(CUSTOMER);
    terminal.sees("probe> ");
    terminal
}

impl Terminal {
    /// Types a line that makes a guest call this function, until the answer is awaited; what was shown of the call.
    #[track_caller]
    fn asks(&mut self, line: &str, function: &str) -> String {
        self.keys(&format!("{line}\r"));
        self.sees(&format!("? probe calls {function}"));
        self.sees("answer> ")
    }

    /// Types an answer, after which this is seen.
    #[track_caller]
    fn answers(&mut self, answer: &str, seen: &str) -> String {
        self.keys(&format!("{answer}\r"));
        self.sees(seen)
    }

    /// Waits until the result of a line is this, and the prompt is back; what came before.
    #[track_caller]
    fn shows(&mut self, result: &str) -> String {
        let seen = self.sees_line(result);
        self.sees("probe> ");
        seen
    }

    /// Types an answer that makes the line give this.
    #[track_caller]
    fn gives(&mut self, answer: &str, result: &str) -> String {
        self.keys(&format!("{answer}\r"));
        self.shows(result)
    }
}

#[test]
fn a_call_is_shown_and_answered() {
    let mut terminal = customer();
    let seen = terminal.asks("add(2, 3)", "demo:host/shop#add");
    let shown = "\r\n    a: 2\r\n    b: 3\r\n    gives s32\r\n  type a value such as 42\r\n";
    assert!(seen.starts_with(shown), "{seen:?}");
    terminal.gives("-5", "-5");
    let seen = terminal.asks("close()", "demo:host/shop#close");
    assert!(seen.contains("gives nothing") && !seen.contains("type a value"), "{seen:?}");
    terminal.answers("", "probe> ");
    terminal.asks("divide(1, 0)", "demo:host/shop#divide");
    terminal.gives("err(7)", "err(7)");
    terminal.asks("live()", "demo:host/shop#[static]item.live");
    terminal.gives("3", "3");
    terminal.leaves();
}

#[test]
fn a_wrong_answer_is_asked_again() {
    let mut terminal = customer();
    terminal.asks("add(2, 3)", "demo:host/shop#add");
    let seen = terminal.answers("\"five\"", "answer> ");
    assert!(seen.contains("error: expected s32, found a string\r\n  \"five\"\r\n  ^^^^^^\r\n"), "{seen:?}");
    let seen = terminal.answers("", "answer> ");
    assert!(seen.contains("error: add gives a value of type s32\r\nhelp: for example 42\r\n"), "{seen:?}");
    let seen = terminal.answers("add(1, 1)", "answer> ");
    assert!(seen.contains("add cannot be called while a guest waits for an answer"), "{seen:?}");
    let seen = terminal.answers(".reset", "answer> ");
    assert!(seen.contains("commands wait until the call is over"), "{seen:?}");
    let seen = terminal.answers("?", "answer> ");
    assert!(seen.contains(".always VALUE") && seen.contains("such as 42"), "{seen:?}");
    terminal.gives("5", "5");
    terminal.leaves();
}

#[test]
fn a_trap_is_an_answer() {
    let mut terminal = customer();
    terminal.asks("add(2, 3)", "demo:host/shop#add");
    let seen = terminal.answers(".trap \"out of \\u{1b} numbers\"", "probe> ");
    let error = "error: demo:host/shop#add was answered by a trap: out of \\u{1b} numbers\r\n";
    assert!(seen.contains(error) && seen.contains("fresh instance"), "{seen:?}");
    terminal.asks("add(2, 3)", "demo:host/shop#add");
    terminal.gives("6", "6");
    terminal.leaves();
}

#[test]
fn an_answer_may_be_for_always() {
    let mut terminal = customer();
    terminal.asks("add(2, 3)", "demo:host/shop#add");
    let seen = terminal.gives(".always 9", "9");
    assert!(seen.contains("`.provide demo:host/shop#add ask` asks again"), "{seen:?}");
    terminal.keys("add(4, 5)\r");
    let seen = terminal.shows("9");
    assert!(!seen.contains("answer>"), "{seen:?}");
    for again in [".provide demo:host/shop#add ask", ".unprovide demo:host/shop#add", ".unprovide demo:host/shop"] {
        terminal.keys(&format!("{again}\r"));
        terminal.sees("probe> ");
        terminal.asks("add(4, 5)", "demo:host/shop#add");
        terminal.gives(".always 9", "9");
    }
    terminal.leaves();
}

#[test]
fn control_c_and_control_d_give_the_call_up() {
    let mut terminal = customer();
    for key in [CTRL_C, CTRL_D] {
        terminal.asks("add(2, 3)", "demo:host/shop#add");
        terminal.control(key);
        let seen = terminal.sees("probe> ");
        assert!(seen.contains("error: the call was interrupted\r\n"), "{seen:?}");
        assert!(seen.contains("demo:host/shop#add was called"), "{seen:?}");
    }
    terminal.keys(".set output json\r");
    terminal.sees("probe> ");
    terminal.asks("add(2, 3)", "demo:host/shop#add");
    terminal.control(CTRL_C);
    terminal.sees("\"kind\":\"cancelled\"");
    terminal.leaves();
}

#[test]
fn tab_offers_what_the_result_can_be() {
    let mut terminal = customer();
    terminal.asks("paint()", "demo:host/shop#paint");
    terminal.keys("g\t\r");
    terminal.shows("green");
    terminal.asks("paint()", "demo:host/shop#paint");
    terminal.keys(".al\tbl\t\r");
    terminal.shows("blue");
    terminal.leaves();
}

#[test]
fn answers_have_several_lines_variables_and_a_history_of_their_own() {
    let mut terminal = customer();
    terminal.keys("$five = 5 : s32\r");
    terminal.sees("probe> ");
    terminal.asks("add(2, 3)", "demo:host/shop#add");
    terminal.gives("$five", "5");
    terminal.asks("divide(1, 1)", "demo:host/shop#divide");
    terminal.keys("ok(\r8)\r");
    terminal.shows("ok(8)");
    terminal.asks("add(1, 1)", "demo:host/shop#add");
    // The answer before the last, which has two lines.
    terminal.keys("\x1b[A\x1b[A\x1b[A\r");
    terminal.shows("5");
    // The prompt knows nothing of them.
    terminal.keys("\x1b[A\r");
    terminal.sees("add(1, 1)");
    terminal.sees("answer> ");
    terminal.gives("3", "3");
    terminal.leaves();
    let history = fs::read_to_string(terminal.history()).unwrap();
    assert_eq!(history, "#V2\n$five = 5 : s32\nadd(2, 3)\ndivide(1, 1)\nadd(1, 1)\n");
}

#[test]
fn resources_are_made_without_a_question() {
    let mut terminal = customer();
    let seen = terminal.asks("price-of(7)", "demo:host/shop#[method]item.price");
    assert!(seen.contains("    self: <borrow item#1>\r\n"), "{seen:?}");
    terminal.gives("70", "70");
    // The guest has dropped it.
    terminal.keys(".resources\r");
    let seen = terminal.sees("probe> ");
    assert!(!seen.contains("item"), "{seen:?}");
    // What it gives away is the shell's then.
    let seen = terminal.asks("sell(7)", "demo:host/shop#buy");
    assert!(seen.contains("    item: <own item#2>\r\n"), "{seen:?}");
    terminal.gives("70", "70");
    terminal.keys(".drop #2\r");
    terminal.sees("dropped <own item#2>");
    terminal.leaves();
}

#[test]
fn an_answer_can_hold_a_new_resource_or_one_of_the_shell() {
    let mut terminal = customer();
    terminal.asks("found(1)", "demo:host/shop#find");
    terminal.answers("ok(new)", "self: <borrow item#1>");
    terminal.gives("11", "11");
    terminal.keys("$item = host::item(3)\r");
    terminal.sees("probe> ");
    terminal.asks("found(2)", "demo:host/shop#find");
    terminal.answers("ok($item)", "self: <borrow item#2>");
    terminal.gives("12", "12");
    terminal.asks("found(3)", "demo:host/shop#find");
    let seen = terminal.answers("ok($item)", "answer> ");
    assert!(seen.contains("item#2 was moved: `the answer to find` took it"), "{seen:?}");
    terminal.gives("err", "0");
    terminal.leaves();
}

#[test]
fn the_time_that_a_person_takes_is_not_the_guests() {
    let mut terminal = customer();
    terminal.keys(".set timeout 2s\r");
    terminal.sees("probe> ");
    terminal.asks("add(2, 3)", "demo:host/shop#add");
    std::thread::sleep(std::time::Duration::from_millis(2_500));
    terminal.gives("5", "5");
    terminal.leaves();
}

#[test]
fn what_is_typed_ahead_is_the_answer() {
    let mut terminal = customer();
    terminal.keys("add(2, 3)\r5\radd(2, 4)\r");
    terminal.sees("\r\n5\r\n");
    terminal.sees("    b: 4");
    terminal.sees("answer> ");
    terminal.gives("6", "6");
    terminal.leaves();
}

/// A shell with a demo in the place of the probe.
fn demo(path: &str) -> Terminal {
    let mut terminal = Terminal::prepared(|home, _| {
        let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("demos").join(path);
        fs::copy(demo, home.path().join("probe.wasm")).unwrap();
    });
    terminal.sees("probe> ");
    terminal
}

#[test]
fn a_function_of_wasi_can_be_answered() {
    let mut terminal = demo("read-file/read-file.wasm");
    terminal.keys(".provide wasi:clocks/wall-clock#now ask\r");
    terminal.sees("probe> ");
    terminal.asks(".run --clock", "wasi:clocks/wall-clock@0.2.12#now");
    let seen = terminal.answers("{seconds: 951782400, nanoseconds: 0}", "exit status 0");
    assert!(seen.contains("2000-02-29T00:00:00Z\r\n"), "{seen:?}");
    terminal.sees("probe> ");
    terminal.keys(".provide wasi:filesystem/preopens ask\r");
    terminal.sees("probe> ");
    // What the runtime's WASI makes itself, nobody else can.
    terminal.asks(".run x", "wasi:filesystem/preopens@0.2.12#get-directories");
    let seen = terminal.answers("[(new, \"/x\")]", "answer> ");
    assert!(seen.contains("error: a new descriptor is WASI's to make"), "{seen:?}");
    terminal.answers("[]", "no directory that was granted holds it");
    terminal.sees("probe> ");
    // Its resources have the numbers that a trace shows.
    terminal.keys(".provide wasi:io/streams#output-stream.blocking-write-and-flush ask\r");
    terminal.sees("probe> ");
    terminal.asks(".run --clock", "wasi:clocks/wall-clock@0.2.12#now");
    let seen = terminal.answers("{seconds: 0, nanoseconds: 0}", "answer> ");
    assert!(seen.contains("    self: <borrow output-stream#1>\r\n"), "{seen:?}");
    terminal.answers(".always ok", "exit status 0");
    terminal.sees("probe> ");
    terminal.leaves();
}

#[test]
fn the_store_of_the_demo_is_a_person() {
    let mut terminal = demo("kv-store/kv-store.wasm");
    terminal.keys(".provide wasi-mindmap:kv-store/kvdb ask\r");
    terminal.sees("probe> ");
    let kvdb = "wasi-mindmap:kv-store/kvdb";
    let seen = terminal.asks("replace-value(\"k\", \"new\")", &format!("{kvdb}#[method]connection.get"));
    assert!(seen.contains("    key: \"k\"\r\n    gives option<string>\r\n"), "{seen:?}");
    terminal.answers("\"old\"", &format!("? probe calls {kvdb}#[method]connection.set"));
    terminal.sees("    value: \"new\"");
    terminal.sees("answer> ");
    let seen = terminal.gives("", "some(\"old\")");
    assert!(seen.contains("replaced \"k\": Some(\"old\") -> \"new\""), "{seen:?}");
    terminal.leaves();
}

#[test]
fn escape_sequences_reach_the_terminal_only_as_text() {
    let mut terminal = demo("kv-store/kv-store.wasm");
    terminal.keys(".provide wasi-mindmap:kv-store/kvdb ask\r");
    terminal.sees("probe> ");
    // From the guest, and from whoever fills the clipboard.
    let get = "wasi-mindmap:kv-store/kvdb#[method]connection.get";
    let mut seen = terminal.asks(r#"replace-value("\u{1b}[2J", "w")"#, get);
    assert!(seen.contains(r#"    key: "\u{1b}[2J""#), "{seen:?}");
    terminal.keys("\x1b[200~\"\x1b]0;owned\x07\"\x1b[201~\r");
    seen += &terminal.sees("connection.set");
    seen += &terminal.sees("answer> ");
    seen += &terminal.gives("", r#"some("0;owned\u{7}")"#);
    assert!(!seen.contains("\x1b]0;") && !seen.contains('\x07') && !seen.contains("\x1b[2J"), "{seen:?}");
    terminal.leaves();
}

#[test]
fn a_dumb_terminal_can_answer() {
    let mut terminal = Terminal::prepared(|home, command| {
        fs::write(home.path().join("probe.wasm"), wat::parse_str(CUSTOMER).unwrap()).unwrap();
        command.env("TERM", "dumb");
    });
    terminal.sees("probe> ");
    terminal.keys("add(2, 3)\n");
    terminal.sees("answer> ");
    terminal.keys("5\n");
    terminal.sees("5\r\nprobe> ");
    terminal.keys("add(2, 3)\n");
    terminal.sees("answer> ");
    // Here Ctrl-C is a signal; the line that is being read goes on to its end.
    terminal.control(CTRL_C);
    std::thread::sleep(std::time::Duration::from_millis(300));
    terminal.keys("5\n");
    let seen = terminal.sees("probe> ");
    assert!(seen.contains("the call was interrupted"), "{seen:?}");
    terminal.leaves();
}
