//! WIT text, parsed and encoded as a WIT package in wasm, from which everything else is read.
//!
//! The parser and encoder are called where a panic is contained and on a stack of their own: how deep they recurse is up to the
//! text. Files are read here and not by them, which would wait for pipes and read devices without end.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use wit_parser::{Resolve, SourceMap, UnresolvedPackageGroup};

use crate::error::{Error, Kind, Result};
use crate::files;
use crate::panics::contained;

/// How much WIT is read from one file, in MiB.
const BIGGEST: u64 = 4;
/// How many files and folders one package may have, those that it needs included.
const MOST_FILES: usize = 2_000;
/// The longest line of text that an error quotes, in bytes.
const LONGEST_SNIPPET: usize = 200;
/// The stack of the thread that parses, in bytes. It takes no memory until it is used.
const STACK: usize = 256 << 20;

/// The files of one package.
type Sources = Vec<(PathBuf, String)>;

/// The package of one file; what it needs is looked for in the folder `deps` beside it.
pub fn encoded(path: &Path, text: String) -> Result<Vec<u8>> {
    let needed = needed(path.parent().unwrap_or(Path::new("")), &mut MOST_FILES.clone())?;
    encode(vec![(path.to_owned(), text)], needed).map_err(|error| error.about(path.display()))
}

/// The package of a folder's `.wit` files; in its folder `deps` stand the packages that it needs, a file or folder each.
pub fn encoded_folder(folder: &Path) -> Result<Vec<u8>> {
    let mut left = MOST_FILES;
    let main = read_folder(folder, &mut left)?;
    if main.is_empty() {
        return Err(Error::new(Kind::Load, format!("there is no .wit file in {}", folder.display())));
    }
    let needed = needed(folder, &mut left)?;
    encode(main, needed).map_err(|error| error.about(folder.display()))
}

/// The packages that stand in the folder `deps` of this one.
fn needed(folder: &Path, left: &mut usize) -> Result<Vec<Sources>> {
    let deps = folder.join("deps");
    let mut needed = Vec::new();
    for path in if deps.is_dir() { entries(&deps, left)? } else { Vec::new() } {
        if path.is_dir() {
            needed.push(read_folder(&path, left)?);
        } else if is_wit(&path) {
            needed.push(vec![read_file(&path)?]);
        }
    }
    needed.retain(|sources| !sources.is_empty());
    Ok(needed)
}

fn read_folder(folder: &Path, left: &mut usize) -> Result<Sources> {
    let files = entries(folder, left)?.into_iter().filter(|path| is_wit(path) && !path.is_dir());
    files.map(|path| read_file(&path)).collect()
}

/// What stands in a folder, by name.
fn entries(folder: &Path, left: &mut usize) -> Result<Vec<PathBuf>> {
    let refused =
        |error: std::io::Error| Error::new(Kind::Io, format!("cannot read {}: {}", folder.display(), error.kind()));
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(refused)? {
        paths.push(entry.map_err(refused)?.path());
        *left = left.checked_sub(1).ok_or_else(|| {
            Error::new(Kind::Limit, format!("{} holds more than {MOST_FILES} files", folder.display()))
                .help("name the folder of one package, with what it needs in `deps`")
        })?;
    }
    paths.sort();
    Ok(paths)
}

fn is_wit(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "wit")
}

fn read_file(path: &Path) -> Result<(PathBuf, String)> {
    let error = |why: String| Error::new(Kind::Io, format!("cannot read {}: {why}", path.display()));
    let bytes = files::read(path, BIGGEST).map_err(|why| error(why.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| error("it is not UTF-8".to_owned()))?;
    Ok((path.to_owned(), text))
}

/// Parses packages and encodes the first, on a thread with room to recurse.
fn encode(main: Sources, needed: Vec<Sources>) -> Result<Vec<u8>> {
    let work = move || contained(|| parse_and_encode(main, needed));
    let thread = thread::Builder::new().stack_size(STACK).spawn(work);
    let outcome = thread.map_err(|error| Error::new(Kind::Io, format!("cannot start a thread: {error}")))?.join();
    match outcome {
        Ok(Ok(encoded)) => encoded.map_err(refused),
        Ok(Err(panic)) => Err(refused(format!("the WIT parser gave up ({})", panic.message))),
        Err(_) => Err(refused("the WIT parser gave up".to_owned())),
    }
}

/// The parser shows `MESSAGE`, further lines of it, `--> FILE:LINE:COLUMN`, and the line of text with a caret, a line each.
fn refused(reason: String) -> Error {
    let mut lines: Vec<&str> = reason.lines().filter(|line| !["", "|"].contains(&line.trim())).collect();
    let place = lines.iter().position(|line| line.trim_start().starts_with("--> "));
    let place = place.map(|at| lines.remove(at).trim_start().trim_start_matches("--> "));
    let mut lines = lines.into_iter();
    let message = lines.next().unwrap_or("it is not valid WIT");
    let error = Error::new(Kind::Load, place.map_or_else(|| message.to_owned(), |place| format!("{place}: {message}")));
    let error =
        lines.filter(|line| line.len() <= LONGEST_SNIPPET).fold(error, |error, line| error.note(line.trim_end()));
    match message.starts_with("package '") && message.contains("not found") {
        true => error.help("the packages that it needs stand in the folder `deps` beside it, a file or folder each"),
        false => error,
    }
}

fn parse_and_encode(main: Sources, needed: Vec<Sources>) -> std::result::Result<Vec<u8>, String> {
    let mut resolve = Resolve::default();
    let main = parse(main)?;
    let needed = needed.into_iter().map(parse).collect::<std::result::Result<Vec<_>, _>>()?;
    let package = resolve.push_groups(main, needed).map_err(|error| error.render(&resolve.source_map))?;
    wit_component::encode(&resolve, package).map_err(|error| format!("{error:#}"))
}

fn parse(sources: Sources) -> std::result::Result<UnresolvedPackageGroup, String> {
    let mut map = SourceMap::new();
    sources.iter().for_each(|(path, text)| map.push(path, text.as_str()));
    map.parse().map_err(|(map, error)| error.render(&map))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::model::world::{choose, worlds};

    fn written(folder: &Path, files: &[(&str, &str)]) {
        for (name, text) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        }
    }

    /// The names of the worlds that a path has, or the error.
    fn names(path: &Path) -> std::result::Result<Vec<String>, String> {
        let names = worlds(path).map(|worlds| worlds.into_iter().map(|world| world.name).collect());
        names.map_err(|error| error.message.replace(&path.display().to_string(), "PATH"))
    }

    const NEEDS: &str = "package a:b@1.0.0;\nworld w { import c:d/e; }\nworld v { include w; export run: func(); }\n";

    #[test]
    fn files_folders_and_what_they_need_are_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let e = "interface e { f: func(); }";
        let dep = format!("package c:d;\n{e}\n");
        written(folder.path(), &[("wit/a.wit", NEEDS), ("wit/b.wit", "interface more {}"), ("wit/deps/d.wit", &dep)]);
        written(
            folder.path(),
            &[("alone.wit", NEEDS), ("not.wit", "\u{0}"), ("none.wit", "package a:b;"), ("wit/README", "")],
        );
        written(
            folder.path(),
            &[("other/a.wit", NEEDS), ("other/deps/d/one.wit", "package c:d;"), ("other/deps/d/e.wit", e)],
        );
        let path = |name: &str| folder.path().join(name);
        let both = || Ok(vec!["a:b/w@1.0.0".to_owned(), "a:b/v@1.0.0".to_owned()]);
        assert_eq!(names(&path("wit")), both());
        assert_eq!(names(&path("wit/a.wit")), both());
        assert_eq!(names(&path("other")), both());
        assert_eq!(names(&path("none.wit")), Ok(vec![]));
        let message = "PATH:2:18: package 'c:d' not found. known packages:";
        assert_eq!(names(&path("alone.wit")), Err(message.to_owned()));
        assert!(names(&path("not.wit")).is_err_and(|message| message.starts_with("PATH:1:1: ")));
        assert_eq!(names(&path("wit/deps/none")), Err("cannot read PATH: there is no such file".to_owned()));
        assert_eq!(
            names(folder.path().join("wit/deps").as_path()),
            Err("PATH: package identifier not found".to_owned()).or(names(&path("wit/deps")))
        );
        // The same package as wasm.
        let bytes = encoded_folder(&path("wit")).expect("it encodes");
        fs::write(path("package.wasm"), bytes).expect("written");
        assert_eq!(names(&path("package.wasm")), both());
    }

    #[test]
    fn one_of_several_worlds_is_chosen_by_name() {
        let folder = tempfile::tempdir().expect("a folder");
        written(folder.path(), &[("a.wit", "package a:b@1.0.0; world one {} world two {}")]);
        let all = worlds(&folder.path().join("a.wit")).expect("valid WIT");
        let check = |wanted: Option<&str>, expected: &str| {
            let chosen = choose(all.clone(), wanted);
            let shown =
                chosen.map_or_else(|error| format!("{}; {}", error.message, error.help.join("; ")), |world| world.name);
            assert_eq!(shown, expected, "{wanted:?}");
        };
        for name in ["two", "a:b/two", "a:b/two@1.0.0", "two@1.0.0"] {
            check(Some(name), "a:b/two@1.0.0");
        }
        check(None, "the package has several worlds; name the one: it has `a:b/one@1.0.0`, `a:b/two@1.0.0`");
        check(Some("tow"), "there is no world `tow` here; did you mean `two`?");
        check(Some("x"), "there is no world `x` here; it has `a:b/one@1.0.0`, `a:b/two@1.0.0`");
    }

    #[test]
    fn text_without_end_or_sense_is_refused_or_read() {
        let encoded = |text: String| super::encoded(Path::new("nowhere/x.wit"), text);
        assert!(
            encoded(format!(
                "package a:b; interface i {{ type t = {}u8{}; }}",
                "list<".repeat(9_000),
                ">".repeat(9_000)
            ))
            .is_err()
        );
        assert!(encoded("package a:b { ".repeat(9_000)).is_err());
        let mut chain = "package a:b; interface i { type t0 = u8;".to_owned();
        for n in 1..3_000 {
            let _ = write!(chain, "type t{n} = t{};", n - 1);
        }
        chain.push('}');
        let _ = encoded(chain);
        let mut uses = "package a:b; interface i0 { type t = u8; }".to_owned();
        for n in 1..500 {
            let _ = write!(uses, "interface i{n} {{ use i{}.{{t}}; }}", n - 1);
        }
        uses.push_str("world w { import i499; }");
        let _ = encoded(uses);
    }
}
