//! Files that people name, read and written whole and within bounds, or opened: no pipe, which could block for ever, and no
//! device, which may never end.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::Builder;

/// Why a file cannot be read.
#[derive(Debug)]
pub enum Unreadable {
    /// The operating system refuses.
    Refused(io::Error),
    /// There is none, and it begins with a `~` for which a shell would write the home directory.
    Tilde,
    /// It is a directory.
    Directory,
    /// It is a pipe, a socket or a device.
    NotRegular,
    /// It is longer than this many MiB.
    TooLong(u64),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::Refused(error) => f.write_str(&reason(error)),
            Unreadable::Tilde => {
                f.write_str("there is no such file; `~` is not expanded here, so write the whole path")
            }
            Unreadable::Directory => f.write_str("it is a directory"),
            Unreadable::NotRegular => f.write_str("it is no regular file"),
            Unreadable::TooLong(mebibytes) => write!(f, "it is longer than {mebibytes} MiB"),
        }
    }
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Unreadable {
        Unreadable::Refused(error)
    }
}

/// What a file holds, if that is no more than so many MiB.
pub fn read(path: &Path, mebibytes: u64) -> Result<Vec<u8>, Unreadable> {
    let most = mebibytes << 20;
    let (file, length) = open(path)?;
    if length > most {
        return Err(Unreadable::TooLong(mebibytes));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
    // It may grow while it is read.
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(Unreadable::TooLong(mebibytes));
    }
    Ok(bytes)
}

/// A file to be read in parts, and its length now.
pub fn open(path: &Path) -> Result<(File, u64), Unreadable> {
    let metadata = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound if path.starts_with("~") => Unreadable::Tilde,
        _ => Unreadable::Refused(error),
    })?;
    if metadata.is_dir() {
        return Err(Unreadable::Directory);
    }
    if !metadata.is_file() {
        return Err(Unreadable::NotRegular);
    }
    Ok((File::open(path)?, metadata.len()))
}

/// Writes a file through a temporary one beside it: a failure, whose reason it gives, leaves what was there. Refuses what is
/// there and is no regular file: a directory, a device, a pipe. A symbolic link is followed.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => return Err("it is a directory".to_owned()),
        Ok(there) if !there.is_file() => return Err("it is no regular file".to_owned()),
        Ok(there) if there.permissions().readonly() => return Err("it is read-only".to_owned()),
        _ => {}
    }
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = folder_of(&real);
    if !folder.is_dir() {
        return Err(format!("there is no folder {}", folder.display()));
    }
    replace(&real, &folder, bytes).map_err(|error| reason(&error))
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

    #[test]
    fn writes_and_overwrites() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.bin");
        for bytes in [&b"first and long"[..], b"second"] {
            write(&path, bytes).unwrap();
            assert_eq!(read(&path, 1).unwrap(), bytes);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
    }

    #[test]
    fn refuses_what_is_no_regular_file() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        let no_folder = format!("there is no folder {}", missing.display());
        let mut cases = vec![
            (folder.path().to_owned(), "it is a directory", "it is a directory"),
            (missing.join("out"), "there is no such file", no_folder.as_str()),
            (
                "~/x".into(),
                "there is no such file; `~` is not expanded here, so write the whole path",
                "there is no folder ~",
            ),
        ];
        if cfg!(unix) {
            cases.push(("/dev/null".into(), "it is no regular file", "it is no regular file"));
        }
        for (path, unreadable, unwritable) in cases {
            assert_eq!(read(&path, 1).map_err(|why| why.to_string()), Err(unreadable.to_owned()), "{}", path.display());
            assert_eq!(write(&path, b"x"), Err(unwritable.to_owned()), "{}", path.display());
        }
    }

    #[test]
    fn long_files_are_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long");
        File::create(&path).unwrap().set_len((1 << 20) + 1).unwrap();
        assert_eq!(read(&path, 1).unwrap_err().to_string(), "it is longer than 1 MiB");
        assert_eq!(read(&path, 2).unwrap().len(), (1 << 20) + 1);
    }
}
