//! `.back` held against what it stands for: after calls that were taken back, everything that follows gives what it gives where
//! they were never made.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value as Json;

/// A file of the project.
fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What each line gives, as `--json` says it.
fn run<'a>(files: &[&str], lines: impl IntoIterator<Item = &'a str>) -> Vec<Json> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_witsh"));
    command.args(["--json", "--keep-going"]).args(files.iter().map(|path| file(path))).stdin(Stdio::null());
    for line in lines {
        command.args(["-e", line]);
    }
    for variable in ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"] {
        command.env_remove(variable);
    }
    command.env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
    let output = command.output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// What a line gave: its value or the error's message. The numbers of handles are not compared.
fn gave(line: &Json) -> String {
    let text = line.get("wave").or_else(|| line.pointer("/error/message")).map(Json::to_string).unwrap_or_default();
    let parts = text.split('#').enumerate();
    parts
        .map(|(index, part)| if index == 0 { part } else { part.trim_start_matches(|c: char| c.is_ascii_digit()) })
        .collect()
}

/// `before`, then `undone` and `.back`, then `after`: these give what they give right behind `before`. Each line of `undone` is as
/// many calls as it has to be taken back.
#[track_caller]
fn check(files: &[&str], before: &[&str], undone: &[(&str, usize)], after: &[&str]) {
    let calls: usize = undone.iter().map(|(_, calls)| calls).sum();
    let back = format!(".back {calls}");
    let lines = before.iter().copied().chain(undone.iter().map(|(line, _)| *line)).chain([&*back]);
    let with = run(files, lines.chain(after.iter().copied()));
    let count = before.len() + undone.len();
    assert_eq!(with[count]["ok"], true, "{}", with[count]);
    // Calls are kept there too, since that changes how WASI is connected.
    let without = run(files, before.iter().chain(after).copied().chain([".calls"]));
    let without: Vec<String> = without[before.len()..before.len() + after.len()].iter().map(gave).collect();
    for line in &with[count + 1..] {
        let message = line.pointer("/error/message").and_then(Json::as_str).unwrap_or_default();
        assert!(line["error"]["kind"] != "parse" && !message.starts_with("no function"), "{line}");
    }
    let with: Vec<String> = with[count + 1..].iter().map(gave).collect();
    assert_eq!(with, without, "{before:?} {undone:?}");
    assert_eq!(with.len(), after.len());
}

const COUNTER: &[&str] = &["demos/counter/counter.wasm"];

#[test]
fn the_state_of_a_guest_goes_back() {
    let before = ["$n = counter(40)", "$n.increment(2)"];
    let after = ["$n.increment(1)", "counter.live()", "destroyed()", "finish($n)", "finish($n)"];
    check(COUNTER, &before, &[("$n.increment(7)", 1)], &after);
    check(COUNTER, &before, &[("$n.increment(7)", 1), ("$n.increment(8)", 1)], &after);
    check(COUNTER, &[], &[("counter(1)", 1), ("counter(2)", 1)], &["counter.live()", "destroyed()"]);
}

#[test]
fn handles_that_were_moved_or_dropped_come_back() {
    let before = ["$n = counter(40)", "$m = counter(1)"];
    let after = ["sum($n, $m)", "counter.live()", "destroyed()"];
    check(COUNTER, &before, &[("finish($n)", 1)], &after);
    check(COUNTER, &before, &[(".drop $m", 1), ("finish($n)", 1)], &after);
    // What was moved before stays moved.
    check(COUNTER, &["$n = counter(40)", "finish($n)"], &[("counter(2)", 1)], &["finish($n)", "destroyed()"]);
    check(COUNTER, &["$n = counter(40)", ".drop $n"], &[("counter(2)", 1)], &["$n.value()", "destroyed()"]);
}

#[test]
fn handles_that_were_given_are_gone() {
    let given = run(COUNTER, ["$n = counter(40)", "$m = counter(1)", ".back", "$m.value()", "$n.value()"]);
    assert_eq!(given[2]["value"]["taken-back"], serde_json::json!(["counter(1)"]));
    assert_eq!(given[2]["value"]["handles-ended"], 1);
    assert_eq!(given[3]["error"]["message"], "counter#2 is stale: `.back` took back the call that gave it");
    assert_eq!(given[4]["wave"], "40");
}

#[test]
fn a_trap_is_taken_back() {
    let keeping = &["tests/guests/keeping.wat"];
    check(keeping, &["throw() > 0", "say(\"a\")"], &[("fail()", 1)], &["say(\"b\")"]);
    let given =
        run(keeping, ["$sum = throw()", "fail()", ".back", "$sum", "sum()", "fail()", "sum()", ".back 2", "sum()"]);
    assert_eq!(given[1]["ok"], false);
    assert_eq!(given[3]["wave"], given[4]["wave"]);
    // The calls into the instance after the trap count too.
    assert_eq!(given[6]["wave"], "0");
    assert_eq!(given[7]["value"]["taken-back"], serde_json::json!(["fail()", "sum()"]));
    assert_eq!(given[8]["wave"], given[3]["wave"]);
}

#[test]
fn traps_one_after_the_other_are_taken_back() {
    let lines =
        ["$sum = throw()", "fail()", "throw()", "fail()", "throw()", ".back 4", "sum()", "$sum", ".back", ".back"];
    let given = run(&["tests/guests/keeping.wat"], lines);
    assert_eq!(given[6]["wave"], given[7]["wave"], "{}", given[5]);
    assert_eq!(given[8]["value"]["taken-back"], serde_json::json!(["sum()"]));
    assert_eq!(given[9]["value"]["taken-back"], serde_json::json!(["throw()"]));
}

#[test]
fn nothing_outside_happens_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let grant = format!(".allow dir {}::d", folder.path().display());
    let path = folder.path().join("f");
    let mut command = Command::new(env!("CARGO_BIN_EXE_witsh"));
    command.arg("--json").arg(file("tests/guests/keeping.wat")).stdin(Stdio::piped()).stdout(Stdio::piped());
    command.env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
    let mut child = command.spawn().expect("it runs");
    let (mut input, output) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
    let mut output = BufReader::new(output).lines();
    let mut line = |line: &str| {
        writeln!(input, "{line}").expect("it listens");
        let given: Json = serde_json::from_str(&output.next().expect("a line").expect("text")).expect("JSON");
        assert_eq!(given["ok"], true, "{given}");
    };
    for setting_up in [".calls", &grant, "create(\"f\")", "append(\"ab\")", "append(\"cd\")"] {
        line(setting_up);
    }
    // Were the file created again it would be empty; were it written to again, this would be overwritten.
    std::fs::write(&path, "......").expect("it is written");
    line(".back");
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "......");
    // The file is open, and the guest knows how much it has written.
    line("append(\"EF\")");
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "..EF..");
    drop(input);
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn what_a_guest_wrote_is_not_written_again() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_witsh"));
    command.arg(file("tests/guests/keeping.wat")).stdin(Stdio::null()).args([
        "-e",
        "say(\"one \")",
        "-e",
        "say(\"two \")",
    ]);
    command.args(["-e", ".back", "-e", "say(\"three \")", "-e", ".back 2", "-e", "say(\"four\")"]);
    command.env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
    let output = command.output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let guest: String = text.lines().filter(|line| !line.starts_with("took back")).collect();
    assert_eq!(guest.split_whitespace().collect::<Vec<_>>(), ["one", "two", "three", "four"], "{text}");
}

#[test]
fn a_stream_that_was_read_is_not_read_from_its_beginning() {
    let lines = [".stdin \"one two three\"", "hear(4)", "say(\"x\")", ".back", "hear(4)"];
    let given = run(&["tests/guests/keeping.wat"], lines);
    assert_eq!(given[1]["wave"], "\"one \"");
    let message = given[4]["error"]["message"].as_str().unwrap_or_default();
    assert!(message.contains("`.back` did not bring it to where it was"), "{message}");
    // One of which nothing was read comes back.
    let lines = [".stdin \"one two three\"", "have-stdin()", "say(\"x\")", ".back", "hear(4)"];
    assert_eq!(run(&["tests/guests/keeping.wat"], lines)[4]["wave"], "\"one \"");
}

#[test]
fn linked_components_go_back_together() {
    let before = [".link kitchen-sink counting", "$c = kitchen-sink::counter(5)", "$d = pass($c)", "keep($d)"];
    let undone = [("drive()", 1), ("$k = kept()", 1), ("$k[0].increment(1)", 1), (".drop $k[0]", 1)];
    let after = ["twice($d)", "$k = kept()", "twice($k[0])", "kitchen-sink::counter.live-count()", "drive()"];
    check(LINKED, &before, &undone, &after);
    // Who was not called says who was.
    let given = run(LINKED, [".link kitchen-sink counting", "kitchen-sink::counter(5)", ".back"]);
    let help = "`.back kitchen-sink` takes back the last call, which was one of kitchen-sink";
    assert_eq!(at(&given[2], "/error/help/0"), help);
    // The calls into each of them count.
    check(LINKED, &before, &[("kitchen-sink::counter(1)", 1), ("kept()", 1)], &after);
    let given = run(LINKED, before.into_iter().chain([".back 1 kitchen-sink"]));
    assert_eq!(given[4]["value"]["components"], serde_json::json!(["counting", "kitchen-sink"]));
    assert_eq!(given[4]["value"]["taken-back"], serde_json::json!(["keep($d)"]));
}

const LINKED: &[&str] = &["demos/kitchen-sink/kitchen-sink.wasm", "demos/kitchen-sink/counting.wasm"];

/// What of a line's value stands there.
fn at<'a>(line: &'a Json, pointer: &str) -> &'a Json {
    line.pointer(pointer).unwrap_or_else(|| panic!("{line}"))
}

#[test]
fn a_link_that_was_taken_back_is_in_the_way() {
    let before = [".link kitchen-sink counting", "$m = make(3)", "drive()", "$k = kept()", ".unprovide counting"];
    let after = [".back 1", "$m.value()", "kitchen-sink::counter.live-count()"];
    let given = run(LINKED, before.into_iter().chain(after));
    let message = at(&given[5], "/error/message").as_str().expect("a message");
    assert!(message.contains("was answered by component kitchen-sink then"), "{message}");
    assert_eq!([at(&given[6], "/wave"), at(&given[7], "/wave")], ["3", "1"]);
    // Once more as it was then.
    let given = run(LINKED, before.into_iter().chain([".link kitchen-sink counting", ".back 1", "$m.value()"]));
    assert_eq!((at(&given[6], "/ok"), at(&given[7], "/wave")), (&true.into(), &"3".into()));
}

#[test]
fn what_was_called_alone_after_a_trap_counts() {
    let lines = [
        ".link kitchen-sink counting",
        "$m = make(3)",
        ".set fuel 1",
        "twice($m)",
        ".set fuel off",
        "kitchen-sink::counter(8)",
        ".back 1 counting",
        ".back 1 counting",
        "$m.value()",
    ];
    let given = run(LINKED, lines);
    assert_eq!(at(&given[6], "/value/taken-back"), &serde_json::json!(["kitchen-sink::counter(8)"]));
    assert_eq!(at(&given[7], "/value/taken-back"), &serde_json::json!(["twice($m)"]));
    assert_eq!(at(&given[8], "/wave"), "3");
    // Each of them alone: neither can go back without the other, and what that one did since.
    let alone = [".unprovide counting", "kitchen-sink::counter(8)", "kept()", ".back 2 counting", "kept()"];
    let given = run(LINKED, lines[..5].iter().copied().chain(alone));
    let message = "counting cannot go back: kitchen-sink would go back with it, and was called by itself since";
    assert_eq!(at(&given[8], "/error/message"), message);
    assert_eq!(at(&given[9], "/wave"), "[]");
}

#[test]
fn an_instance_that_could_not_be_made_is_not_in_the_way() {
    let lines = [
        ".link kitchen-sink counting",
        "$m = make(3)",
        ".set fuel 1",
        "twice($m)",
        "drive()",
        "drive()",
        ".set fuel off",
        ".back 1 counting",
        "$m.value()",
    ];
    let given = run(LINKED, lines);
    assert!(at(&given[4], "/error/notes/0").to_string().contains("could not be instantiated"), "{}", given[4]);
    assert_eq!(at(&given[7], "/value/taken-back"), &serde_json::json!(["twice($m)"]));
    assert_eq!(at(&given[8], "/wave"), "3");
}

#[test]
fn what_began_anew_after_a_trap_does_not_come_back() {
    let trapped = [".link kitchen-sink counting", "$m = make(3)", ".set fuel 1", "twice($m)", ".set fuel off"];
    for anew in [".reload kitchen-sink", ".reset kitchen-sink", ".unload kitchen-sink", ".reset counting"] {
        let given = run(LINKED, trapped.into_iter().chain([anew, ".back 1 counting"]));
        let message = "counting has not been called since its instance was fresh";
        assert_eq!(at(&given[6], "/error/message"), message, "{anew}");
    }
}

const HOLDING: &[&str] = &["tests/guests/holding.wat"];

#[test]
fn host_resources_go_back_to_who_had_them() {
    let before = ["$c = host::connection()"];
    check(HOLDING, &before, &[("take($c)", 1)], &["$c.get(\"a\")", "take($c)", "take($c)", "look(\"a\")"]);
    check(HOLDING, &before, &[("take($c)", 1), ("$d = give()", 1)], &["$c.get(\"a\")", "take($c)", "look(\"a\")"]);
    let before = ["$c = host::connection()", "take($c)"];
    check(HOLDING, &before, &[("give()", 1)], &["look(\"a\")", "$c.get(\"a\")", "$d = give()", "$d.get(\"a\")"]);
    check(HOLDING, &before, &[("look(\"b\")", 1)], &["look(\"a\")"]);
    let connected = ["connect()", "look(\"a\")"];
    check(HOLDING, &connected, &[("connect()", 1)], &["look(\"a\")", "$d = give()", "$d.get(\"a\")"]);
}

#[test]
fn a_host_resource_has_one_holder() {
    // What the guest has again is not the shell's, under whatever handle it went away.
    let lines =
        ["$c = host::connection()", "take($c)", "$d = give()", "take($d)", ".back 2", "$d.get(\"a\")", "look(\"a\")"];
    let given = run(HOLDING, lines);
    assert_eq!(given[4]["value"]["handles-revived"], 0);
    assert_eq!(given[5]["error"]["message"], "connection#2 is stale: `.back` took back the call that gave it");
    assert_eq!(given[6]["wave"], "none");
}

#[test]
fn what_another_component_has_now_is_in_the_way() {
    let files = &["tests/guests/holding.wat", "tests/guests/holding.wat"];
    let before = ["$c = host::connection()", "holding::take($c)", "$d = holding::give()", "holding-2::take($d)"];
    let after =
        [".back 1 holding", "holding-2::look(\"a\")", ".back holding-2", ".back holding", "holding::look(\"a\")"];
    let given = run(files, before.into_iter().chain(after));
    let message = "holding cannot go back: it cannot have connection#1 again, which holding-2 has now";
    assert_eq!(at(&given[4], "/error/message"), message);
    let after = [".back 2 holding-2", ".back 1 holding", "holding::look(\"a\")", "$d.get(\"a\")"];
    let given = run(files, before.into_iter().chain(["holding-2::look(\"a\")"]).chain(after));
    assert_eq!(at(&given[7], "/wave"), "none", "{given:?}");
    assert_eq!(given[8]["ok"], false);
    // The shell got it from the other.
    let after = ["$e = holding-2::give()", ".back 1 holding", "$e.get(\"a\")", "holding::look(\"a\")"];
    let given = run(files, before.into_iter().chain(after));
    let message = "connection#3 is stale: `.back` gave it back to who had it";
    assert_eq!((at(&given[6], "/error/message"), at(&given[7], "/wave")), (&message.into(), &"none".into()));
}

#[test]
fn handles_that_are_long_forgotten_are_not_in_the_way() {
    let moving = ["$c = host::connection()", "take($c)"];
    let lines = std::iter::repeat_n(moving, 1_100).flatten().chain([".back", "look(\"a\")"]);
    assert_eq!(at(run(HOLDING, lines).last().expect("a line"), "/wave"), "none");
}

#[test]
fn a_host_resource_that_nobody_holds_any_more_ends() {
    let counting = r#"while IFS= read -r line; do
        id=${line#'{"id":'}; id=${id%%,*}
        case $line in
            '{"drop"'*) live=$((live - 1)); continue ;;
            *'"[constructor]connection"'*) made=$((made + 1)); live=$((live + 1)); answer=$made ;;
            *) answer="\"$live\"" ;;
        esac
        echo "{\"id\":$id,\"ok\":$answer}"
    done"#;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("counting.sh");
    std::fs::write(&path, counting).expect("it is written");
    let provide = format!(".provide wasi-mindmap:kv-store/kvdb exec 'sh {}'", path.display());
    let lines = [&*provide, "connect()", "$d = give()", ".back 2", "connect()", "look(\"a\")"];
    assert_eq!(run(HOLDING, lines)[5]["wave"], "some(\"1\")");
}

#[test]
fn a_host_resource_that_has_ended_does_not_come_back() {
    let lines = ["connect()", "let-go()", ".back", "look(\"a\")"];
    let given = run(HOLDING, lines);
    let message = given[3]["error"]["message"].as_str().unwrap_or_default();
    assert!(message.ends_with("has ended, and `.back` cannot bring it back"), "{message}");
    let given = run(HOLDING, ["$c = host::connection()", "take($c)", "let-go()", ".back 2", "$c.get(\"a\")"]);
    let message = "connection#1 is stale: it has ended, and `.back` cannot bring it back";
    assert_eq!(given[4]["error"]["message"], message);
    // It can be let go.
    let given = run(HOLDING, ["connect()", "let-go()", ".back", "let-go()", ".resources"]);
    assert_eq!((&given[3]["ok"], &given[4]["value"]), (&true.into(), &serde_json::json!([])));
}

#[test]
fn what_answers_otherwise_now_does_not_matter_for_then() {
    let lines = [
        ".provide wasi:random/random#get-random-u64 value 4",
        "throw()",
        ".provide wasi:random/random#get-random-u64 value 5",
        "throw()",
        ".back",
        "sum()",
        "throw()",
    ];
    let given = run(&["tests/guests/keeping.wat"], lines);
    let waves: Vec<&Json> = given.iter().filter_map(|line| line.get("wave")).collect();
    assert_eq!(waves, ["4", "9", "4", "9"]);
}

#[test]
fn what_cannot_be_taken_back_says_why() {
    #[track_caller]
    fn refused(files: &[&str], lines: &[&str], expected: &str) {
        let given = run(files, lines.iter().copied());
        let message = given.last().expect("a line")["error"]["message"].to_string();
        assert!(message.contains(expected), "{message}");
    }
    refused(COUNTER, &[".back"], "counter has not been called since its instance was fresh");
    refused(COUNTER, &["counter(1)", ".reset", ".back"], "counter has not been called since its instance was fresh");
    refused(COUNTER, &["counter(1)", ".back 2"], "counter has had only 1 call since its instance was fresh");
    refused(COUNTER, &["counter(1)", ".back 0"], "`0` is no number of calls");
    refused(COUNTER, &["counter(1)", ".back -1"], "`-1` is no number of calls");
    refused(COUNTER, &["counter(1)", ".back 99999999999999999999"], "is no number of calls");
    refused(COUNTER, &["counter(1)", ".back 1 nobody"], "nobody");
    refused(ASYNC, &["start step(\"a\", 1)", ".back"], "async-tasks cannot go back: `start step(\\\"a\\\", 1)`");
    refused(ASYNC, &["ticks(1, some(1))", "history()", ".back"], "what flowed through the streams of");
    let handler = &["demos/http-handler/handler-0-2.wasm"];
    refused(handler, &[".http GET /", ".back"], "handler-0-2 cannot go back: `.http` sent it a request");
    let script = run(&["tests/guests/keeping.wat"], ["throw()", ".record off", ".back"]);
    assert_eq!(script[2]["value"]["taken-back"], serde_json::json!(["throw()"]));
}

const ASYNC: &[&str] = &["demos/async-tasks/async-tasks.wasm"];

#[test]
fn async_calls_are_taken_back() {
    let before = ["step(\"a\", 2)", "slow(1)"];
    check(ASYNC, &before, &[("step(\"b\", 2)", 1), ("slow(2)", 1)], &["history()", "step(\"c\", 1)", "history()"]);
}

/// Lines that look random, and are the same in every run.
struct Lines {
    dice: u64,
    /// What the names of its variables begin with.
    prefix: &'static str,
    /// What may hold a handle.
    names: Vec<String>,
}

impl Lines {
    fn below(&mut self, bound: usize) -> usize {
        self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.dice >> 33) as usize % bound
    }

    fn any(&mut self) -> String {
        let index = self.below(self.names.len());
        self.names[index].clone()
    }

    /// A line that keeps what this gives; what it keeps of it is a handle, seen through `path`.
    fn keep(&mut self, call: &str, path: &str) -> String {
        let name = format!("${}{}", self.prefix, self.names.len());
        self.names.push(format!("{name}{path}"));
        format!("{name} = {call}")
    }

    fn counter(&mut self) -> String {
        let (one, other, number) = (self.any(), self.any(), self.below(50));
        match self.below(8) {
            0 | 1 => self.keep(&format!("counter({number})"), ""),
            2 | 3 => format!("{one}.increment({number})"),
            4 => format!("finish({one})"),
            5 => format!(".drop {one}"),
            6 => format!("sum({one}, {other})"),
            _ => "destroyed()".to_owned(),
        }
    }

    fn linked(&mut self) -> String {
        let (one, other, number) = (self.any(), self.any(), self.below(50));
        match self.below(12) {
            0 => self.keep(&format!("kitchen-sink::counter({number})"), ""),
            1 => self.keep(&format!("make({number})"), ""),
            2 => self.keep(&format!("pass({one})"), ""),
            3 => self.keep(&format!("kitchen-sink::echo-own({one})"), ""),
            4 => self.keep(&format!("first-of([none, some({one})])"), "?"),
            5 => self.keep(&format!("swap({{first: {one}, second: some({other})}})"), ".first"),
            6 => self.keep("kept()", "[0]"),
            7 => format!("keep({one})"),
            8 => format!(".drop {one}"),
            9 => format!("kitchen-sink::sum({one}, {other})"),
            10 => format!("kitchen-sink::into-value({one})"),
            _ => format!("{one}.increment({number})"),
        }
    }
}

/// Random lines, cut in three: [`check`] with those parts.
fn check_random(files: &[&str], first: &[&str], line: fn(&mut Lines) -> String, seed: u64) {
    let mut lines = Lines { dice: seed, prefix: "n", names: vec!["$first".to_owned()] };
    let mut before: Vec<String> = first.iter().map(|line| (*line).to_owned()).collect();
    before.extend((0..lines.below(12)).map(|_| line(&mut lines)));
    let mut undone = Lines { dice: !seed, prefix: "undone", names: lines.names.clone() };
    let undone: Vec<String> = (0..undone.below(8) + 1).map(|_| line(&mut undone)).collect();
    let mut after: Vec<String> = (0..12).map(|_| line(&mut lines)).collect();
    after.extend(lines.names.iter().map(|name| format!("{name}.value()")));
    let given = run(files, before.iter().chain(&undone).map(String::as_str));
    // What is refused before it happens is no call.
    let calls: Vec<(&str, usize)> = undone
        .iter()
        .zip(&given[before.len()..])
        .map(|(line, given)| (&**line, usize::from(given["ok"] == true)))
        .collect();
    if calls.iter().any(|(_, calls)| *calls > 0) {
        let [before, after] = [&before, &after].map(|lines| lines.iter().map(String::as_str).collect::<Vec<_>>());
        check(files, &before, &calls, &after);
    }
}

#[test]
fn random_calls_are_taken_back() {
    for seed in 0..12 {
        check_random(COUNTER, &["$first = counter(1)"], Lines::counter, seed);
        let first = [".link kitchen-sink counting", "$first = make(1)"];
        check_random(LINKED, &first, Lines::linked, seed);
    }
}
