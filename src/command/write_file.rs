//! Writing a file whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::Builder;

use super::Word;
use crate::error::{Error, Kind, Result};

/// Writes `bytes` to the file that `word` names, through a temporary file beside it: a failure leaves what was there.
/// Refuses what is there and is no regular file: a directory, a device, a pipe. A symbolic link is followed.
pub fn write_file(word: &Word, bytes: &[u8]) -> Result<()> {
    let path = Path::new(&word.text);
    let refused = |what: &str| Error::new(Kind::Io, format!("cannot write {}: {what}", word.text)).at(word.span);
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => return Err(refused("it is a directory")),
        Ok(there) if !there.is_file() => return Err(refused("it is no regular file")),
        Ok(there) if there.permissions().readonly() => return Err(refused("it is read-only")),
        _ => {}
    }
    replace(path, bytes).map_err(|error| refused(&error.to_string()))
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = match real.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = Builder::new();
    builder.prefix(".witsh-");
    // As a plain new file would have them: the library's own default is for secrets.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut temporary = builder.tempfile_in(folder)?;
    temporary.write_all(bytes)?;
    if let Ok(there) = fs::metadata(&real) {
        temporary.as_file().set_permissions(there.permissions())?;
    }
    temporary.persist(&real)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Span;

    fn word(path: &Path) -> Word {
        Word { text: path.to_string_lossy().into_owned(), span: Span::new(0, 1) }
    }

    #[test]
    fn writes_and_overwrites() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("out.bin");
        for bytes in [&b"first and long"[..], b"second"] {
            write_file(&word(&path), bytes).expect("written");
            assert_eq!(fs::read(&path).expect("read"), bytes);
        }
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 1, "no temporary file is left");
    }

    #[test]
    fn refuses_what_is_no_regular_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = write_file(&word(folder.path()), b"x").expect_err("a directory");
        assert!(error.message.ends_with("it is a directory"), "{}", error.message);
        let missing = folder.path().join("missing/out");
        assert_eq!(write_file(&word(&missing), b"x").expect_err("no folder").kind, Kind::Io);
        #[cfg(unix)]
        {
            let error = write_file(&word(Path::new("/dev/null")), b"x").expect_err("a device");
            assert_eq!(error.message, "cannot write /dev/null: it is no regular file");
        }
    }
}
