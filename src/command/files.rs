//! The files that commands read and write, whole or not at all.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::Builder;

use super::Word;
use crate::error::{Error, Kind, Result};

/// The biggest text that is read, in bytes.
const BIGGEST: u64 = 64 << 20;

/// The text of the file that `word` names, without a byte order mark.
pub fn read_text(word: &Word) -> Result<String> {
    let refused = |what: String| Error::new(Kind::Io, format!("cannot read {}: {what}", word.text)).at(word.span);
    let failed = |error: io::Error| refused(reason(&error));
    // A pipe could block for ever, and a device never end.
    if !fs::metadata(&word.text).map_err(failed)?.is_file() {
        return Err(refused("it is no regular file".to_owned()));
    }
    let mut bytes = Vec::new();
    File::open(&word.text).and_then(|file| file.take(BIGGEST + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 > BIGGEST {
        return Err(refused(format!("it has more than {BIGGEST} bytes")));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        refused(format!("it is not UTF-8: byte {} begins no character", error.utf8_error().valid_up_to()))
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Writes `bytes` to the file that `word` names, through a temporary file beside it: a failure leaves what was there.
/// Refuses what is there and is no regular file: a directory, a device, a pipe. A symbolic link is followed.
pub fn write_file(word: &Word, bytes: &[u8]) -> Result<()> {
    let path = Path::new(&word.text);
    let refused = |what: String| Error::new(Kind::Io, format!("cannot write {}: {what}", word.text)).at(word.span);
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => return Err(refused("it is a directory".to_owned())),
        Ok(there) if !there.is_file() => return Err(refused("it is no regular file".to_owned())),
        Ok(there) if there.permissions().readonly() => return Err(refused("it is read-only".to_owned())),
        _ => {}
    }
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = folder_of(&real);
    if !folder.is_dir() {
        return Err(refused(format!("there is no folder {}", folder.display())));
    }
    replace(&real, &folder, bytes).map_err(|error| refused(reason(&error)))
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn replace(path: &Path, folder: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut builder = Builder::new();
    builder.prefix(".witsh-");
    // As a plain new file would have them: the library's own default is for secrets.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut temporary = builder.tempfile_in(folder)?;
    temporary.write_all(bytes)?;
    if let Ok(there) = fs::metadata(path) {
        temporary.as_file().set_permissions(there.permissions())?;
    }
    temporary.persist(path)?;
    Ok(())
}

/// What the operating system said, without the names of files that nobody asked for.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        kind => kind.to_string(),
    }
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
        let missing = folder.path().join("missing");
        let error = write_file(&word(&missing.join("out")), b"x").expect_err("no folder");
        assert!(error.message.ends_with(&format!("there is no folder {}", missing.display())), "{}", error.message);
        #[cfg(unix)]
        {
            let error = write_file(&word(Path::new("/dev/null")), b"x").expect_err("a device");
            assert_eq!(error.message, "cannot write /dev/null: it is no regular file");
        }
    }

    #[test]
    fn reads_text_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("script");
        fs::write(&path, "\u{feff}a\n").expect("written");
        assert_eq!(read_text(&word(&path)).expect("read"), "a\n");
        fs::write(&path, b"ab\xff").expect("written");
        let error = read_text(&word(&path)).expect_err("not UTF-8");
        assert!(error.message.ends_with("it is not UTF-8: byte 2 begins no character"), "{}", error.message);
        assert!(read_text(&word(folder.path())).expect_err("a folder").message.ends_with("it is no regular file"));
    }
}
