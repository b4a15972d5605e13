//! Files that are no components, and commands that write to where nobody should.

use std::fs;

use crate::shell::Place;

const COMPONENT: &str = "(component)";

/// Loads a file by the command line and by `.load`, as text and as JSON.
#[track_caller]
fn check_refused(place: &Place, file: &str, part: &str) {
    place.run(&[file, "-e", "1 : u8"]).stood(2).prints("").says(part);
    let ended = place.run(&[file, "--json", "-e", "1 : u8"]).stood(2);
    let object: serde_json::Value = serde_json::from_str(&ended.stdout()).unwrap();
    assert_eq!((&object["ok"], &object["input"]), (&false.into(), &file.into()));
    let load = format!(".load \"{file}\"");
    if file.contains('\n') {
        return;
    }
    place.run(&["--keep-going", "-e", "$x = 3 : u8", "-e", &load, "-e", "$x"]).stood(1).prints("3\n").says(part);
}

#[test]
fn what_is_no_component_is_refused() {
    let place = Place::new();
    for (name, bytes, part) in [
        ("empty.wasm", &b""[..], "is empty"),
        ("one.wasm", b"\0", "truncated"),
        ("magic.wasm", b"\0asm", "truncated"),
        ("layer.wasm", b"\0asm\x0d\0\x07\0", "layer 7"),
        ("gzip.wasm", b"\x1f\x8b\x08\0\0", "gzip"),
        ("zip.wasm", b"PK\x03\x04\0\0", "zip"),
        ("elf.wasm", b"\x7fELF\x02\x01\x01", "ELF"),
        ("noise.wasm", b"\x9b\xff\x1b[2J", "no WebAssembly"),
        ("text.wasm", b"\x1b]0;t\x07 hello", "is text"),
        ("open.wat", b"(component \x1b[2J", "not valid WebAssembly text"),
        ("bidi.wat", "(component (import \"\u{202e}\" (func)))".as_bytes(), "not valid WebAssembly text"),
        ("section.wasm", b"\0asm\x0d\0\x01\0\xff\x01\0", "broken"),
        ("long.wasm", b"\0asm\x0d\0\x01\0\x01\xff\xff\xff\xff\x0f", "broken"),
    ] {
        place.write(name, bytes);
        check_refused(&place, name, part);
    }
}

#[test]
fn an_error_repeats_no_control_byte_of_a_name() {
    let place = Place::new();
    // An extern name that the validator refuses, and quotes.
    for name in ["\\1b]0;t\\07", "a\\0d\\08\\08b", "\\e2\\80\\ae", "\\c2\\9b2J"] {
        place.write("bad.wat", format!("(component (import \"{name}\" (func)))"));
        check_refused(&place, "bad.wat", "is not");
    }
}

#[cfg(unix)]
#[test]
fn paths_may_hold_anything() {
    let place = Place::new();
    for name in ["\u{1b}[31mred.wat", "new\nline.wat", "\u{202e}taw.wat", "tab\t.wat", "-e.wat"] {
        let path = format!("./{name}");
        check_refused(&place, &path, "there is no such file");
        place.write(name, "nothing");
        check_refused(&place, &path, "not valid WebAssembly text");
        place.write(name, COMPONENT);
        place.run(&[path.as_str(), "-e", ".components", "-e", ".info"]).stood(0);
    }
    let bytes: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"\xff\x1b.wat");
    fs::write(place.path().join(bytes), COMPONENT).unwrap();
    place.run(&[bytes, "-e".as_ref(), ".components".as_ref(), "-e".as_ref(), ".info".as_ref()]).stood(0);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_never_read() {
    let place = Place::new();
    let made = std::process::Command::new("mkfifo").arg(place.path().join("fifo")).status().unwrap();
    assert!(made.success());
    std::os::unix::fs::symlink("loop", place.path().join("loop")).unwrap();
    for (path, part) in [
        ("fifo", "is no regular file"),
        ("/dev/zero", "is no regular file"),
        ("/dev/stdin", "is no regular file"),
        (".", "is a directory"),
        ("loop", "cannot read loop"),
    ] {
        check_refused(&place, path, part);
        let (source, literal) = (format!(".source {path}"), format!("@\"{path}\""));
        for line in [&source, &literal] {
            place.run(&["--keep-going", "-e", line, "-e", "3 : u8"]).stood(1).prints("3\n").says("cannot read");
        }
    }
}

#[test]
fn a_file_too_long_for_a_literal_is_refused_unread() {
    let place = Place::new();
    let file = fs::File::create(place.path().join("big")).unwrap();
    file.set_len(8 << 30).unwrap();
    place.run(&["--keep-going", "-e", "@\"big\"", "-e", "3 : u8"]).stood(1).prints("3\n").says("longer than 64 MiB");
    check_refused(&place, "big", "bigger than");
    place.run(&["-e", ".source big"]).stood(1).says("longer than 64 MiB");
}

#[cfg(unix)]
#[test]
fn writing_replaces_files_and_nothing_else() {
    let place = Place::new();
    fs::create_dir(place.path().join("folder")).unwrap();
    place.write("kept", "kept");
    std::os::unix::fs::symlink("kept", place.path().join("link")).unwrap();
    std::os::unix::fs::symlink("folder", place.path().join("folder-link")).unwrap();
    std::os::unix::fs::symlink("loop", place.path().join("loop")).unwrap();
    for target in
        ["folder", "folder-link", "/dev/null", "/dev/full", "none/out", "folder/none/out", "kept/out", "\u{1b}[2J/x"]
    {
        for line in [format!(".put \"x\" \"{target}\""), format!(".save \"{target}\"")] {
            place
                .run(&["--keep-going", "-e", "$x = 3 : u8", "-e", &line, "-e", "$x"])
                .stood(1)
                .prints("3\n")
                .says("cannot write");
        }
    }
    place.run(&["-e", ".put \"new\" link"]).stood(0);
    assert_eq!(fs::read_to_string(place.path().join("kept")).unwrap(), "new");
    assert!(fs::symlink_metadata(place.path().join("link")).unwrap().is_symlink());
    place.run(&["-e", ".put \"new\" loop"]);
    assert_eq!(fs::read_dir(place.path().join("folder")).unwrap().count(), 0);
}

#[test]
fn scripts_that_run_themselves_end() {
    let place = Place::new();
    place.write("self", ".source self\n1 : u8\n");
    place.write("a", ".source b\n");
    place.write("b", "// \u{1b}[2J\n.source a\n");
    for script in ["self", "a"] {
        let line = format!(".source {script}");
        place
            .run(&["--keep-going", "-e", "$x = 3 : u8", "-e", &line, "-e", "$x"])
            .stood(1)
            .prints("3\n")
            .says("scripts run scripts");
    }
}

#[test]
fn scripts_in_files_are_as_hostile_as_others() {
    let place = Place::new();
    for (script, part) in [
        (&b"1 : u8\n\xff\n"[..], "not UTF-8"),
        (b"\"open", "not closed"),
        (b"[[[", "not closed"),
        (b"\x00\x1b[2J", "error"),
        (b".no-such \x1b[2J\x07", "no command"),
    ] {
        place.write("script", script);
        place.run(&["--keep-going", "-e", ".source script", "-e", "3 : u8"]).stood(1).says(part);
    }
    place.write("script", "\u{feff}$y = 4 : u8\r\n// \u{2028}\r\n");
    place.run(&["-e", ".source script", "-e", "$y"]).stood(0).prints("4\n");
}

#[test]
fn folders_of_the_user_may_be_unusable() {
    let place = Place::new();
    let file = place.write("file", "no folder");
    let mut command = place.command(&["-e", "3 : u8"]);
    for variable in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"] {
        command.env(variable, &file);
    }
    crate::shell::end(command, b"").stood(0).prints("3\n");
}
