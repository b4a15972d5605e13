//! Source lines of instructions: the only file that names the DWARF readers.

use std::ops::Range;

use addr2line::Context;
use gimli::{Dwarf, EndianSlice, LittleEndian, SectionId};
use wasmparser::{Parser, Payload};

use crate::model::FeatureSet;
use crate::panics::contained;

/// A line of a source file.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceLine {
    /// The file, as the compiler wrote it down.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// The debug information of one module.
pub struct SourceLines<'a>(Context<EndianSlice<'a, LittleEndian>>);

impl<'a> SourceLines<'a> {
    /// Reads what the module in this part of the file carries; nothing where it carries none or it is broken.
    pub fn read(bytes: &'a [u8], module: Range<usize>) -> Option<SourceLines<'a>> {
        let mut parser = Parser::new(module.start as u64);
        parser.set_features(FeatureSet::all().flags());
        let mut sections: Vec<(&str, &[u8])> = Vec::new();
        for payload in parser.parse_all(bytes.get(module)?).map_while(Result::ok) {
            if let Payload::CustomSection(section) = payload
                && section.name().starts_with(".debug_")
            {
                sections.push((section.name(), section.data()));
            }
        }
        if sections.is_empty() {
            return None;
        }
        let load = |id: SectionId| -> Result<EndianSlice<'a, LittleEndian>, gimli::Error> {
            let found = sections.iter().find(|(name, _)| *name == id.name());
            Ok(EndianSlice::new(found.map_or(&[][..], |(_, data)| *data), LittleEndian))
        };
        contained(|| Context::from_dwarf(Dwarf::load(load)?)).ok()?.ok().map(SourceLines)
    }

    /// The line of an instruction, which is so many bytes behind the beginning of the code section.
    pub fn at(&self, address: u64) -> Option<SourceLine> {
        // A line of 0 stands for code that the compiler added.
        contained(|| {
            let location = self.0.find_location(address).ok()??;
            let line = location.line.filter(|line| *line > 0)?;
            Some(SourceLine { file: location.file?.to_owned(), line })
        })
        .ok()?
    }
}
