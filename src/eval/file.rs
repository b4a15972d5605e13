//! Files that stand for their contents: `@"path"`.

use std::path::Path;

use super::plan::{FileKind, FilePlan, Index, Plan};
use crate::error::{Error, Kind, Result};
use crate::files;
use crate::value::Value;

/// The longest file that a literal may name, in MiB.
const LONGEST_FILE: u64 = 64;

/// Reads every file that a plan names.
pub fn read_files(plan: &mut Plan) -> Result<()> {
    match plan {
        // Read while the stream is; here only a file that cannot be is found out.
        Plan::File(file) if file.kind == FileKind::Stream => {
            files::open(Path::new(&file.path)).map_err(|why| unreadable(file, &why))?;
        }
        Plan::File(file) => *plan = Plan::Value(read_file(file)?),
        Plan::Value(_) | Plan::Variable(_) => {}
        Plan::Composite(_, parts) => parts.iter_mut().try_for_each(read_files)?,
        Plan::Call(call) => call.args.iter_mut().try_for_each(read_files)?,
        Plan::Field(target, _) => read_files(target)?,
        Plan::Ready(ready) => read_files(&mut ready.1)?,
        Plan::Start(call) => call.args.iter_mut().try_for_each(read_files)?,
        Plan::Await(task) => read_files(&mut task.target)?,
        Plan::Payload(payload) => read_files(&mut payload.target)?,
        Plan::Element(element) => {
            read_files(&mut element.target)?;
            if let Index::Computed(index) | Index::Key(index) = &mut element.index {
                read_files(index)?;
            }
        }
    }
    Ok(())
}

/// The contents of one file.
pub fn read_file(file: &FilePlan) -> Result<Value> {
    let bytes = files::read(Path::new(&file.path), LONGEST_FILE).map_err(|why| unreadable(file, &why))?;
    if file.kind != FileKind::Text {
        return Ok(Value::Bytes(bytes));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Value::String(text)),
        Err(error) => Err(Error::new(
            Kind::Type,
            format!("{:?} is not UTF-8 (at byte {}), so it is no string", file.path, error.utf8_error().valid_up_to()),
        )
        .at(file.span)),
    }
}

fn unreadable(file: &FilePlan, why: &files::Unreadable) -> Error {
    Error::new(Kind::Io, format!("cannot read {:?}: {why}", file.path)).at(file.span)
}
