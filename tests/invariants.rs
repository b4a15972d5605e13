//! The rules of ARCHITECTURE.md that a look at the sources can check.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file below `src/`.
struct Source {
    /// Its path from the project's root, with `/`.
    path: String,
    /// Its text without comments and without the unit tests at its end.
    code: String,
    /// Its whole text.
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<Source> {
    let mut files = Vec::new();
    collect(&root().join("src"), &mut files);
    files.sort();
    assert!(files.len() > 20, "found only {} files below src", files.len());
    files.iter().map(|path| source(path)).collect()
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn source(path: &Path) -> Source {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    Source {
        path: path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/"),
        code: without_comments(code),
        text,
    }
}

/// The lines that are not comments: what a comment names is nobody's dependency.
fn without_comments(code: &str) -> String {
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Fails with every line that names one of `words` in a file that `allowed` refuses.
fn only_in(words: &[&str], allowed: impl Fn(&str) -> bool) {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| !allowed(&source.path)) {
        for line in source.code.lines().filter(|line| words.iter().any(|word| names(line, word))) {
            wrong.push(format!("{}: {}", source.path, line.trim()));
        }
    }
    assert!(wrong.is_empty(), "{words:?} may not stand here:\n{}", wrong.join("\n"));
}

/// `word` stands in `line`, and not as the end of a longer name.
fn names(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|before| before.is_alphanumeric() || before == '_')
    })
}

#[test]
fn a_name_is_found_as_a_whole_word_only() {
    assert!(names("    println!(\"x\");", "println!"));
    assert!(!names("    eprintln!(\"x\");", "println!"));
    assert!(names("use wasmtime::component;", "wasmtime::"));
}

#[test]
fn only_the_engine_names_the_runtime() {
    only_in(&["wasmtime::", "wasmtime_wasi::", "use wasmtime"], |path| path.starts_with("src/engine/"));
}

#[test]
fn only_the_interactive_driver_names_the_line_editor() {
    only_in(&["rustyline"], |path| path.starts_with("src/driver/interactive"));
}

#[test]
fn nothing_but_a_driver_writes_to_a_stream() {
    let writing = ["println!", "print!", "eprintln!", "eprint!", "dbg!", "stdout()", "stderr()"];
    only_in(&writing, |path| path.starts_with("src/driver/") || path == "src/main.rs");
}

/// Fails with every line of a room that names a room above it.
fn knows_nothing_of(room: &str, above: &[&str]) {
    let words: Vec<String> = above.iter().map(|above| format!("crate::{above}")).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    only_in(&words, |path| !path.starts_with(&format!("src/{room}/")));
}

#[test]
fn rooms_know_only_those_below_them() {
    let runs = ["session", "command", "eval", "assist", "driver"];
    knows_nothing_of("syntax", &[&runs[..], &["model", "engine", "report", "render", "value"]].concat());
    knows_nothing_of("model", &[&runs[..], &["engine", "report", "render", "value"]].concat());
    knows_nothing_of("value", &[&runs[..], &["engine", "report", "render"]].concat());
    knows_nothing_of("report", &[&runs[..], &["engine", "render"]].concat());
    knows_nothing_of("engine", &[&runs[..], &["report", "render"]].concat());
    knows_nothing_of("render", &[&runs[..], &["engine"]].concat());
    knows_nothing_of("eval", &["command", "assist", "render", "driver"]);
    knows_nothing_of("command", &["assist", "driver"]);
    knows_nothing_of("assist", &["driver"]);
    // Lines go up to commands and to `eval` in one place.
    let up = ["crate::command", "crate::eval", "crate::assist", "crate::driver"];
    only_in(&up, |path| !path.starts_with("src/session/") || path == "src/session/run.rs");
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<String> =
        sources().into_iter().filter(|source| !source.text.starts_with("//! ")).map(|source| source.path).collect();
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn no_file_is_longer_than_600_lines() {
    let long: Vec<(String, usize)> = sources()
        .into_iter()
        .map(|source| (source.path, source.text.lines().count()))
        .filter(|(_, lines)| *lines > 600)
        .collect();
    assert_eq!(long, []);
}

#[test]
fn there_is_no_unsafe_code() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("unsafe_code = \"forbid\""));
}

#[test]
fn the_tree_holds_one_copy_of_what_speaks_the_component_model() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for name in ["wasmparser", "wit-parser", "wit-component", "wasm-wave", "wasmtime"] {
        let copies = lock.matches(&format!("name = \"{name}\"\n")).count();
        assert_eq!(copies, 1, "copies of {name} in Cargo.lock");
    }
}

#[test]
fn no_guest_holds_a_path_of_the_machine_that_built_it() {
    let guests: Vec<PathBuf> = ["demos", "tests"].iter().flat_map(|folder| wasm_files(&root().join(folder))).collect();
    assert!(guests.len() > 5, "found {guests:?}");
    for guest in guests {
        let bytes = fs::read(&guest).unwrap();
        let (guest, text) = (guest.display(), String::from_utf8_lossy(&bytes));
        assert!(bytes.len() < 200_000, "{guest} is {} bytes", bytes.len());
        for path in ["/home/", "/Users/", "/tmp/", ".cargo/", "/rustc-"] {
            assert!(!text.contains(path), "{guest} holds {path}");
        }
    }
}

/// The components that are committed: those in the folders of this one, not what a build left further down.
fn wasm_files(of: &Path) -> Vec<PathBuf> {
    let folders = fs::read_dir(of).unwrap().map(|entry| entry.unwrap().path());
    folders
        .filter(|folder| folder.is_dir() && !folder.ends_with("target"))
        .flat_map(files)
        .filter(|file| file.extension().is_some_and(|extension| extension == "wasm"))
        .collect()
}

#[test]
fn a_package_of_wit_is_the_same_wherever_a_demo_needs_it() {
    let folders = fs::read_dir(root().join("demos")).unwrap().map(|entry| entry.unwrap().path().join("wit/deps"));
    let copies: Vec<PathBuf> =
        [root().join("wit")].into_iter().chain(folders).filter(|deps| deps.is_dir()).flat_map(files).collect();
    assert!(copies.len() > 20, "found {copies:?}");
    for (number, copy) in copies.iter().enumerate() {
        let Some(first) = copies[..number].iter().find(|other| other.file_name() == copy.file_name()) else { continue };
        let same = fs::read(first).unwrap() == fs::read(copy).unwrap();
        assert!(same, "{} is not what {} is", copy.display(), first.display());
    }
}

fn files(of: PathBuf) -> Vec<PathBuf> {
    fs::read_dir(of).unwrap().map(|entry| entry.unwrap().path()).collect()
}
