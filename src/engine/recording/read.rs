//! Reading a recording: whole, of a version that is known, and as it was written, or not at all.

use std::path::Path;

use super::{Header, Line, RecordedCall, RecordedComponent, RecordedOutput, VERSION};
use crate::error::{Error, Kind, Result};
use crate::files;

/// The biggest recording that is read, in MiB.
const BIGGEST: u64 = 1024;

/// A recording that was read.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    /// Its file, as it was named.
    pub path: String,
    /// The components that it has calls of.
    pub components: Vec<RecordedComponent>,
    /// Calls, and what was written while they ran, in the order in which they ended.
    pub entries: Vec<Entry>,
}

/// One thing that was recorded.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A call.
    Call(RecordedCall),
    /// What a guest wrote.
    Output(RecordedOutput),
}

impl Recording {
    /// Reads a file. Errors are of kind `load` or `io` and say what is wrong with it.
    pub fn read(path: &str) -> Result<Recording> {
        let bytes = files::read(Path::new(path), BIGGEST)
            .map_err(|why| Error::new(Kind::Io, format!("cannot read {path}: {why}")))?;
        let text = String::from_utf8(bytes).map_err(|_| no_recording("it is not UTF-8").about(path))?;
        Recording::parse(path, &text).map_err(|error| error.about(path))
    }

    fn parse(path: &str, text: &str) -> Result<Recording> {
        let mut lines = text.lines().enumerate();
        let first = lines.next().map_or("", |(_, line)| line);
        let header: Header = serde_json::from_str(first).map_err(|_| no_recording("it does not begin like one"))?;
        if header.version != VERSION {
            let message =
                format!("it is a recording of version {}, and this shell reads version {VERSION}", header.version);
            return Err(Error::new(Kind::Load, message));
        }
        let mut recording = Recording { path: path.to_owned(), components: header.components, entries: Vec::new() };
        let mut end = None;
        for (index, line) in lines {
            let number = index + 1;
            if end.is_some() {
                return Err(no_recording(&format!("line {number} stands behind its end")));
            }
            match serde_json::from_str(line) {
                Ok(Line::Call(call)) => recording.entries.push(Entry::Call(call)),
                Ok(Line::Output(output)) => recording.entries.push(Entry::Output(output)),
                Ok(Line::Component { component }) => recording.components.push(component),
                Ok(Line::End { end: calls }) => end = Some(calls),
                // A line that breaks off is the last one of a file that was cut.
                Err(_) if !text.ends_with('\n') && text.lines().count() == number => break,
                Err(error) => {
                    return Err(no_recording(&format!("line {number} is no call, output, component or end"))
                        .cause(error.to_string()));
                }
            }
        }
        let calls = recording.calls().count() as u64;
        match end {
            Some(said) if said == calls => Ok(recording),
            Some(said) => Err(cut(&format!("it has {calls} calls, and its end says {said}"))),
            None => Err(cut(&format!("it breaks off after {calls} calls"))),
        }
    }

    /// The calls in it.
    pub fn calls(&self) -> impl Iterator<Item = &RecordedCall> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Call(call) => Some(call),
            Entry::Output(_) => None,
        })
    }
}

fn no_recording(why: &str) -> Error {
    Error::new(Kind::Load, format!("it is no recording: {why}")).help("`.record FILE` makes one")
}

fn cut(why: &str) -> Error {
    Error::new(Kind::Load, format!("the recording is not whole: {why}"))
        .help("`.record off` and leaving the shell end a recording")
}
