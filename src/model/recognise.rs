//! What a file's first bytes say it is; for everything that cannot be loaded, a message that says so.

use std::path::Path;

use crate::error::{Error, Kind, Result};

/// Something that can be loaded.
#[derive(Debug, PartialEq)]
pub enum Content<'a> {
    /// A component in binary.
    Component,
    /// A core module in binary.
    CoreModule,
    /// The text format.
    Text(&'a str),
}

/// `\0asm`
const WASM_MAGIC: &[u8] = b"\0asm";
/// The version of core modules that is in use since 2017.
const CORE_VERSION: u16 = 1;
/// The version of the component binary that 2023's and later tools write.
const COMPONENT_VERSION: u16 = 0xd;
/// How many bytes of an ELF file are searched for the runtime's own section names.
const ELF_SEARCHED: usize = 4 << 20;

/// Recognises, by content; the path's extension only says what an unrecognisable file was meant to be.
pub fn recognise<'a>(bytes: &'a [u8], path: &Path) -> Result<Content<'a>> {
    if bytes.is_empty() {
        return Err(refuse("the file is empty").help("the tool that was to write it has probably failed"));
    }
    if bytes.starts_with(WASM_MAGIC) {
        return binary(bytes);
    }
    if WASM_MAGIC.starts_with(bytes) {
        return Err(refuse(format!("the file is truncated: it holds {} of the 8 bytes of a header", bytes.len()))
            .help("build or download it again"));
    }
    if let Some(error) = other_format(bytes) {
        return Err(error);
    }
    let is_wat = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("wat"));
    match std::str::from_utf8(bytes) {
        Ok(text) if is_wat || looks_like_wat(text) => Ok(Content::Text(text.trim_start_matches('\u{feff}'))),
        Ok(text) if looks_like_wit(text) => Err(refuse("the file is WIT source, not a component")
            .help("`wasm-tools component wit FILE --wasm -o package.wasm` makes a file of it that can be loaded")),
        Ok(_) => Err(refuse("the file is text, but not WebAssembly text")
            .help("a component is a .wasm file, or a .wat file that begins with `(component`")),
        Err(_) if is_wat => Err(refuse("the file is no WebAssembly text: it is not UTF-8")),
        Err(_) => Err(refuse("the file is no WebAssembly: it does not begin with `\\0asm`")
            .help("a component is a .wasm file, or a .wat file that begins with `(component`")),
    }
}

/// The eight bytes at the start: magic, version, layer.
fn binary(bytes: &[u8]) -> Result<Content<'_>> {
    let Some(&[v0, v1, l0, l1]) = bytes.get(4..8) else {
        return Err(refuse(format!("the file is truncated: it holds {} of the 8 bytes of a header", bytes.len()))
            .help("build or download it again"));
    };
    let (version, layer) = (u16::from_le_bytes([v0, v1]), u16::from_le_bytes([l0, l1]));
    match (layer, version) {
        (0, CORE_VERSION) => Ok(Content::CoreModule),
        (1, COMPONENT_VERSION) => Ok(Content::Component),
        (0, _) => Err(refuse(format!("the file is a core module of version {version}; only version 1 is known"))),
        (1, old) if old < COMPONENT_VERSION => Err(refuse(format!(
            "the file is a component in the old, pre-standard format {old:#x}; today's is {COMPONENT_VERSION:#x}"
        ))
        .help("build it again with present tools")),
        (1, _) => Err(refuse(format!("the file is a component of the unknown format {version:#x}"))
            .help("a newer version of the shell may read it")),
        _ => Err(refuse(format!("the file is WebAssembly of the unknown layer {layer}, version {version}"))),
    }
}

/// Formats that are given by mistake often enough to deserve their name.
fn other_format(bytes: &[u8]) -> Option<Error> {
    let is = |magic: &[u8]| bytes.starts_with(magic);
    if is(b"\x7fELF") {
        let searched = &bytes[..bytes.len().min(ELF_SEARCHED)];
        if searched.windows(9).any(|window| window == b".wasmtime") {
            return Some(
                refuse("the file is a precompiled component (.cwasm), whose types are gone")
                    .help("load the .wasm file that it was compiled from; compiled code is cached anyway"),
            );
        }
        return Some(refuse("the file is a native program or library (ELF), not WebAssembly"));
    }
    let (what, help) = if is(b"\x1f\x8b") {
        ("compressed with gzip", "decompress it first: gunzip FILE")
    } else if is(b"PK\x03\x04") || is(b"PK\x05\x06") {
        ("a zip archive", "unpack it first: unzip FILE")
    } else if is(b"\x28\xb5\x2f\xfd") {
        ("compressed with zstd", "decompress it first: unzstd FILE")
    } else if is(b"\xfd7zXZ\0") {
        ("compressed with xz", "decompress it first: unxz FILE")
    } else if is(b"BC\xc0\xde") {
        ("LLVM bitcode", "link it to a .wasm file first")
    } else if is(b"!<arch>") {
        ("an archive of object files", "link it to a .wasm file first")
    } else if is(b"\xcf\xfa\xed\xfe") || is(b"MZ") {
        ("a native program", "load a .wasm file")
    } else {
        return None;
    };
    Some(refuse(format!("the file is {what}, not WebAssembly")).help(help))
}

/// The text format begins with `(` after blanks and comments.
fn looks_like_wat(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with('(') || text.starts_with(";;")
}

/// WIT begins with a keyword after comments.
fn looks_like_wit(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("//")).unwrap_or("");
    ["package ", "interface ", "world ", "@"].iter().any(|word| first.starts_with(word))
}

fn refuse(message: impl Into<String>) -> Error {
    Error::new(Kind::Load, message)
}
