//! The file of the lines that were typed: whether it can be used.
//!
//! The line editor reads and rewrites it. A file that is none of its own is never given to it: whoever made a mistake in a path
//! shall not lose what stands there, and nothing in it reaches the terminal.

use std::fs::{self, DirBuilder};
use std::io;
use std::path::Path;

use crate::render::sanitize::is_hidden_in_input;

/// A larger file is not read.
const LARGEST: u64 = 16 << 20;
/// What every file of the line editor begins with.
const HEAD: &str = "#V2\n";

/// Makes sure that the file can be read and written, or does not exist in a folder that does; otherwise why not.
pub fn prepare(path: &Path) -> Result<(), String> {
    let metadata = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return make_folder(path),
        other => other.map_err(|error| error.to_string())?,
    };
    if !metadata.is_file() {
        return Err("it is no file".to_owned());
    }
    if metadata.len() > LARGEST {
        return Err(format!("it is larger than {} MiB", LARGEST >> 20));
    }
    let text = fs::read(path).map_err(|error| error.to_string())?;
    let text = String::from_utf8(text).map_err(|_| "it is not UTF-8".to_owned())?;
    if !text.is_empty() && !text.starts_with(HEAD) {
        return Err("it holds something else".to_owned());
    }
    if text.contains(is_hidden_in_input) {
        return Err("it holds control characters".to_owned());
    }
    fs::OpenOptions::new().append(true).open(path).map_err(|error| error.to_string())?;
    Ok(())
}

/// Whether a line may stand in the file.
pub fn may_keep(input: &str) -> bool {
    !input.trim().is_empty() && !input.contains(is_hidden_in_input)
}

fn make_folder(path: &Path) -> Result<(), String> {
    let Some(folder) = path.parent() else { return Err("it has no folder".to_owned()) };
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_history_is_taken_for_one() {
        let folder = tempfile::tempdir().unwrap();
        for (content, expected) in [
            (&b"#V2\nadd(1, 2)\n"[..], Ok(())),
            (b"", Ok(())),
            (b"my notes\n", Err("it holds something else")),
            (b"#V2\n\xff\xfe", Err("it is not UTF-8")),
            (b"#V2\n\x1b[2J\n", Err("it holds control characters")),
        ] {
            let path = folder.path().join("history");
            fs::write(&path, content).unwrap();
            assert_eq!(prepare(&path), expected.map_err(str::to_owned), "{content:?}");
        }
        assert_eq!(prepare(folder.path()), Err("it is no file".to_owned()));
        let huge = folder.path().join("huge");
        fs::File::create(&huge).unwrap().set_len(LARGEST + 1).unwrap();
        assert_eq!(prepare(&huge), Err("it is larger than 16 MiB".to_owned()));
    }

    #[test]
    fn the_folder_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/history");
        assert_eq!(prepare(&path), Ok(()));
        assert!(path.parent().unwrap().is_dir());
        assert!(prepare(&folder.path().join("a/b/history/x")).is_ok());
        fs::write(folder.path().join("file"), "").unwrap();
        assert!(prepare(&folder.path().join("file/x/history")).is_err());
    }

    #[test]
    fn lines_that_cannot_be_shown_are_not_kept() {
        for (input, expected) in [("add(1)", true), ("[1,\n2]", true), ("  ", false), ("a\u{1b}[2J", false)] {
            assert_eq!(may_keep(input), expected, "{input:?}");
        }
    }
}
