//! The shape of a binary: how deep it nests and how much it holds, found without validating it.
//!
//! Validating deep nesting takes time in proportion to its square, so the bounds are checked here first. The streaming parser
//! looks at section headers alone: 18 MB take about a millisecond.

use wasmparser::{
    BinaryReader, ComponentAlias, ComponentExternName, ComponentImport, ComponentType, ComponentTypeRef, CoreType,
    FromReader, Parser, Payload,
};

use crate::error::{Error, Kind, Result};

/// How many components may stand inside each other.
const DEEPEST: usize = 100;
/// How many modules and components one file may hold, at all depths.
const MOST_NESTED: usize = 10_000;
/// How many custom sections one file may hold, at all depths.
const MOST_CUSTOM_SECTIONS: usize = 100_000;

/// What a binary holds, at all depths, itself not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Core modules.
    pub modules: usize,
    /// Components.
    pub components: usize,
    /// Custom sections.
    pub custom_sections: usize,
    /// How deep the deepest of them stands: 0 where nothing is nested.
    pub depth: usize,
}

/// Reads the shape, or says what is broken or beyond the bounds.
pub fn scan(bytes: &[u8]) -> Result<Shape> {
    let mut shape = Shape::default();
    let mut depth: usize = 0;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(|error| malformed(&error, bytes.len()))? {
            Payload::ModuleSection { .. } => (depth, shape.modules) = (depth + 1, shape.modules + 1),
            Payload::ComponentSection { .. } => (depth, shape.components) = (depth + 1, shape.components + 1),
            Payload::CustomSection(_) => shape.custom_sections += 1,
            Payload::ComponentTypeSection(section) => {
                let section = bytes.get(section.range()).unwrap_or_default();
                within(type_depth(section), DEEPEST, "types of components inside each other")?;
                continue;
            }
            Payload::End(_) => depth = depth.saturating_sub(1),
            _ => continue,
        }
        shape.depth = shape.depth.max(depth);
        within(depth, DEEPEST, "components inside each other")?;
        within(shape.modules + shape.components, MOST_NESTED, "modules and components")?;
        within(shape.custom_sections, MOST_CUSTOM_SECTIONS, "custom sections")?;
    }
    Ok(shape)
}

/// How deep the types of components and instances stand inside each other in one section, as far as it can be read; the
/// validator's own reader recurses without a bound and would overflow the stack.
fn type_depth(section: &[u8]) -> usize {
    let mut reader = BinaryReader::new(section, 0);
    let mut deepest = 0;
    let count = reader.read_var_u32().unwrap_or_default();
    for _ in 0..count {
        if read_type(&mut reader, 1, &mut deepest).is_none() {
            break;
        }
    }
    deepest
}

fn read_type<'a>(reader: &mut BinaryReader<'a>, depth: usize, deepest: &mut usize) -> Option<()> {
    // The types of components and of instances; all others are flat.
    if !matches!(reader.clone().read_u8().ok()?, 0x41 | 0x42) {
        return skip::<ComponentType>(reader);
    }
    *deepest = depth.max(*deepest);
    if depth > DEEPEST {
        return None;
    }
    reader.read_u8().ok()?;
    for _ in 0..reader.read_var_u32().ok()? {
        // The binary format's numbers of the sorts of declaration; the validator reports all others.
        match reader.read_u8().ok()? {
            0 => skip::<CoreType>(reader)?,
            1 => read_type(reader, depth + 1, deepest)?,
            2 => skip::<ComponentAlias>(reader)?,
            3 => skip::<ComponentImport>(reader)?,
            4 => skip::<ComponentExternName>(reader).and_then(|()| skip::<ComponentTypeRef>(reader))?,
            _ => return None,
        }
    }
    Some(())
}

fn skip<'a, T: FromReader<'a>>(reader: &mut BinaryReader<'a>) -> Option<()> {
    reader.read::<T>().ok().map(|_| ())
}

fn within(number: usize, most: usize, what: &str) -> Result<()> {
    if number <= most {
        return Ok(());
    }
    Err(Error::new(Kind::Load, format!("the file holds more than {most} {what}"))
        .help("no toolchain writes such a file; it was not read further"))
}

/// Says what the parser or validator found wrong, and where.
pub(super) fn malformed(error: &wasmparser::Error, length: usize) -> Error {
    let place = format!("at byte {:#x} of {length:#x}", error.offset());
    let message = error.message().trim_end();
    if message.contains("unexpected end") {
        let at = format!("what stands at byte {:#x} does not end within its {length:#x} bytes", error.offset());
        return Error::new(Kind::Load, format!("the file is truncated, or something is appended to it: {at}"))
            .cause(message)
            .help("build or download it again");
    }
    // The validator puts context before the reason, a line each.
    let mut lines = message.lines().rev();
    let error = Error::new(Kind::Load, format!("the file is broken: {}, {place}", lines.next().unwrap_or("invalid")));
    lines.fold(error, |error, line| error.cause(line))
}
