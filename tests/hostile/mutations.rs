//! Broken variants of a good component, in this process: every truncation and every flipped bit is looked at through the
//! commands and rendered in every form.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use witsh::assist::complete;
use witsh::driver::printed;
use witsh::error::Kind;
use witsh::frontend::{Interrupt, Silent};
use witsh::render::json::{GuestOutput, object};
use witsh::render::sanitize::is_hidden;
use witsh::render::{Look, Screen};
use witsh::session::{Session, SessionOptions};

fn session() -> Session {
    Session::new(SessionOptions::new(Arc::new(Silent), Interrupt::default())).unwrap()
}

/// The escape sequences that colours are made of, taken out.
fn without_colors(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("\x1b[") {
        plain.push_str(before);
        let end = behind.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap();
        assert!(behind[end..].starts_with('m'), "another escape sequence than a colour in {text:?}");
        rest = &behind[end + 1..];
    }
    plain + rest
}

/// Runs a line, and holds against each other all forms in which what it gives is shown.
#[track_caller]
fn check_line(session: &mut Session, line: &str) {
    let result = session.run_line(line);
    if let Err(error) = &result {
        assert_ne!(error.kind, Kind::Internal, "{line:?}: {error:?}");
    }
    let plain = printed(line, &result, &Look::PLAIN, false);
    for text in [&plain.stdout, &plain.stderr] {
        let hidden = text.as_str().chars().find(|c| *c != '\n' && is_hidden(*c));
        assert_eq!(hidden, None, "{line:?} shows {}", text.as_str());
    }
    let colored = printed(line, &result, &Look { colors: true, screen: None }, false);
    assert_eq!(without_colors(colored.stdout.as_str()), plain.stdout.as_str(), "{line:?}");
    assert_eq!(without_colors(colored.stderr.as_str()), plain.stderr.as_str(), "{line:?}");
    for width in [1, 20] {
        printed(line, &result, &Look { colors: true, screen: Some(Screen { width, height: width }) }, false);
    }
    let json = object(line, &result, GuestOutput { stdout: b"\x1b\xff", ..GuestOutput::default() });
    let read: serde_json::Value = serde_json::from_str(json.as_str()).unwrap();
    assert_eq!(read["input"], line);
    assert!(json.as_str().ends_with('\n') && !json.as_str().trim_end().contains(is_hidden), "{}", json.as_str());
}

const LOOKS: [&str; 9] =
    [".exports", ".imports", ".wit", ".info", ".why -a", ".why f", ".components", ".type f", "?a:b/c"];

/// A component with a bit of everything that is read without compiling.
fn seed() -> Vec<u8> {
    wat::parse_str(
        r#"(component
            (import "a:b/c@1.0.0" (instance
                (export "r" (type (sub resource)))
                (type (record (field "x" s32) (field "y" (option string))))
                (export "p" (type (eq 1)))
                (export "[constructor]r" (func (result (own 0))))))
            (core module $m (func $f (export "f") (param i32) (result i32) local.get 0))
            (core instance $i (instantiate $m))
            (type $v (variant (case "a" u8) (case "b")))
            (export "v" (type $v))
            (func (export "f") (param "x" s32) (result s32) (canon lift (core func $i "f"))))"#,
    )
    .unwrap()
}

/// Loads bytes and looks at what came of them; without a panic on the way.
fn look_at(session: &mut Session, folder: &Path, bytes: &[u8]) {
    let path = folder.join("x.wasm");
    std::fs::write(&path, bytes).unwrap();
    let loaded = session.load(&path, Some("x"));
    for line in LOOKS {
        check_line(session, line);
    }
    if let Ok(name) = loaded {
        check_line(session, &format!(".unload {name}"));
    }
}

#[test]
fn every_truncation_and_every_flipped_bit_can_be_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = session();
    let seed = seed();
    for length in 0..seed.len() {
        look_at(&mut session, folder.path(), &seed[..length]);
    }
    for bit in 0..seed.len() * 8 {
        let mut broken = seed.clone();
        broken[bit / 8] ^= 1 << (bit % 8);
        look_at(&mut session, folder.path(), &broken);
    }
    assert!(session.components.all().is_empty());
}

/// A component whose names are of the sort that harms.
fn hostile_names() -> String {
    let mut text = "(component\n".to_owned();
    for name in ["\\1b]0;t\\07", "\\1b[31m", "\\c2\\9b2J", "\\e2\\80\\ae", "a\\0d\\0ab", "\\00", "\\7f"] {
        let _ = writeln!(text, "(import \"url=<{name}>\" (func (param \"x\" u32)))");
        let _ = writeln!(text, "(import \"url=<i{name}>\" (instance (export \"f\" (func))))");
    }
    text + ")"
}

fn hostile_session() -> Session {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("\u{1b}[31m\u{202e}.wat");
    std::fs::write(&path, hostile_names()).unwrap();
    let mut session = session();
    session.load(&path, None).unwrap();
    session
        .load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/demos/kitchen-sink/kitchen-sink.wasm")), None)
        .unwrap();
    session
}

/// Half-typed lines, and pieces that lines are made of, in any order.
fn line() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "::",
        "#",
        ".",
        "?",
        "$x",
        "$_",
        "$",
        "%",
        "=",
        " ",
        "\n",
        "\"",
        "'",
        "\"\"\"",
        "b\"",
        "@\"",
        "\\",
        "//",
        "1",
        "-1",
        "1.5e3",
        "nan",
        "some",
        "none",
        "ok",
        "err",
        "true",
        "list<",
        ">",
        "u8",
        "host",
        "wasi:io/poll",
        "@0.2.0",
        ".wit",
        ".type",
        ".help",
        ".put",
        ".vars",
        ".exports",
        "version",
        "echo-person",
        "name",
        "x",
        "[constructor]",
        "[method]store.get",
        "\u{1b}[2J",
        "\u{202e}",
        "\u{feff}",
        "é",
        "日",
        "\0",
        "\r",
    ]);
    prop_oneof![prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat()), any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn any_line_is_answered_in_every_form(lines in prop::collection::vec(line(), 1..12)) {
        let mut session = hostile_session();
        for line in &lines {
            // Lines that would write files or run scripts are another test's.
            let harmless = ![".put", ".save", ".source", ".load"].iter().any(|command| line.contains(command));
            if harmless {
                check_line(&mut session, line);
            }
            for at in (0..=line.len()).filter(|at| line.is_char_boundary(*at)) {
                for candidate in complete(&session, line, at).candidates {
                    let hidden = candidate.display.chars().find(|c| is_hidden(*c));
                    prop_assert_eq!(hidden, None, "{:?} offers {:?}", line, candidate);
                }
            }
        }
    }
}
