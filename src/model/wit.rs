//! The WIT that a binary carries, as `wasm-tools component wit` prints it.
//!
//! The one place that calls wit-parser and wit-component. They panic on some valid components and refuse or drop what WIT has
//! no word for: so they are called where a panic is contained, and `listing.rs` prints from our own types what they cannot.

use wit_component::{Output, OutputToString, WitPrinter};
use wit_parser::PackageId;
use wit_parser::Resolve;
use wit_parser::decoding::decode;

use super::panics::contained;
use super::{Component, FileKind, listing};
use crate::error::{Error, Kind, Result};

/// How much text is printed, in bytes: a few hundred bytes of types can stand for gigabytes.
const LONGEST: usize = 16 << 20;

/// The WIT of a component or WIT package, main package first; of a core module, what is embedded in it for building a
/// component. Where WIT cannot express the component, its imports and exports as near to WIT as can be, and the reason.
pub fn wit_text(component: &Component) -> Result<String> {
    let printed = match component.kind {
        FileKind::CoreModule => contained(|| embedded(&component.bytes)),
        FileKind::Component | FileKind::WitPackage => contained(|| decoded(&component.bytes)),
    };
    let reason = match printed {
        Ok(Ok(text)) => return Ok(text + &listing::left_out(component)),
        Ok(Err(reason)) => reason,
        Err(panic) => format!("the WIT decoder gave up ({panic})"),
    };
    match component.kind {
        FileKind::CoreModule => {
            Err(Error::new(Kind::Load, format!("{} is a core module without WIT", file(component)))
                .cause(reason)
                .help("`.imports` and `.exports` list what it takes and gives")
                .help("`wasm-tools component embed` adds WIT, `wasm-tools component new` makes a component of it"))
        }
        FileKind::Component | FileKind::WitPackage => Ok(listing::whole(component, &reason)),
    }
}

fn file(component: &Component) -> String {
    component.path.file_name().unwrap_or(component.path.as_os_str()).to_string_lossy().into_owned()
}

fn decoded(bytes: &[u8]) -> std::result::Result<String, String> {
    let decoded = decode(bytes).map_err(|error| format!("{error:#}"))?;
    print(decoded.resolve(), decoded.package())
}

/// What `wit-component` left in a core module's custom sections.
fn embedded(bytes: &[u8]) -> std::result::Result<String, String> {
    let (stripped, bindgen) = wit_component::metadata::decode(bytes).map_err(|error| format!("{error:#}"))?;
    if stripped.is_none() {
        return Err("it has no `component-type` section".to_owned());
    }
    let package = bindgen.resolve.worlds[bindgen.world].package.ok_or("its world belongs to no package")?;
    print(&bindgen.resolve, package)
}

fn print(resolve: &Resolve, main: PackageId) -> std::result::Result<String, String> {
    let others: Vec<PackageId> = resolve.packages.iter().map(|(id, _)| id).filter(|id| *id != main).collect();
    let mut printer = WitPrinter::new(Bounded::default());
    printer.print(resolve, main, &others).map_err(|error| format!("{error:#}"))?;
    Ok(printer.output.text.to_string())
}

/// The printer's own output, up to a length.
#[derive(Default)]
struct Bounded {
    text: OutputToString,
    length: usize,
}

impl Output for Bounded {
    fn push_str(&mut self, text: &str) {
        self.length += text.len();
        if self.length > LONGEST {
            // The trait has no way to stop the printer, and every call to it is contained.
            panic!("its WIT is longer than {} MiB", LONGEST >> 20);
        }
        self.text.push_str(text);
    }

    fn indent_if_needed(&mut self) -> bool {
        self.text.indent_if_needed()
    }

    fn indent_start(&mut self) {
        self.text.indent_start();
    }

    fn indent_end(&mut self) {
        self.text.indent_end();
    }

    fn newline(&mut self) {
        self.text.newline();
    }
}
