//! Files that stand for their contents: `@"path"`.

use std::fs::File;
use std::io::Read;

use super::plan::{FilePlan, Index, Plan};
use crate::error::{Error, Kind, Result};
use crate::value::Value;

/// The longest file that a literal may name, in bytes.
const LONGEST_FILE: u64 = 64 << 20;

/// Reads every file that a plan names.
pub fn read_files(plan: &mut Plan) -> Result<()> {
    match plan {
        Plan::File(file) => *plan = Plan::Value(read_file(file)?),
        Plan::Value(_) | Plan::Variable(_) => {}
        Plan::Composite(_, parts) => parts.iter_mut().try_for_each(read_files)?,
        Plan::Call(call) => call.args.iter_mut().try_for_each(read_files)?,
        Plan::Field(target, _) => read_files(target)?,
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
    let failed = |why: String| Error::new(Kind::Io, format!("cannot read {:?}: {why}", file.path)).at(file.span);
    // A pipe or a device may never end.
    let metadata = std::fs::metadata(&file.path).map_err(|error| failed(error.to_string()))?;
    if !metadata.is_file() {
        return Err(failed("it is no regular file".into()));
    }
    let too_long = format!("it is longer than {} MiB", LONGEST_FILE >> 20);
    if metadata.len() > LONGEST_FILE {
        return Err(failed(too_long));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    let opened = File::open(&file.path).map_err(|error| failed(error.to_string()))?;
    opened.take(LONGEST_FILE + 1).read_to_end(&mut bytes).map_err(|error| failed(error.to_string()))?;
    if bytes.len() as u64 > LONGEST_FILE {
        return Err(failed(too_long));
    }
    if !file.text {
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
