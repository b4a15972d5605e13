//! Makes a component of a guest: `componentize INPUT OUTPUT.wasm`.
//!
//! A `.wat` file is assembled, and what is a component already is taken as it is. Anything else is a core module as rustc
//! and wit-bindgen leave it, with its WIT in a custom section, and is wrapped into a component; where it asks for WASI
//! preview 1, the adapter goes in with it. The same as `wasm-tools parse` and `wasm-tools component new`.

use std::error::Error;
use std::path::Path;

use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME as ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER as ADAPTER,
};

/// How a component begins: the magic number, the version, and the layer that tells it from a core module.
const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [input, output] = args.as_slice() else {
        return Err("usage: componentize INPUT OUTPUT.wasm".into());
    };
    let component = component(Path::new(input))?;
    // Validates it, and finds out that it has a world that WIT can express.
    wit_component::decode(&component)?;
    std::fs::write(output, component)?;
    Ok(())
}

fn component(input: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    if input.extension().is_some_and(|extension| extension == "wat") {
        return Ok(wat::parse_file(input)?);
    }
    let module = std::fs::read(input)?;
    if module.starts_with(COMPONENT) {
        return Ok(module);
    }
    let mut encoder = wit_component::ComponentEncoder::default();
    Ok(encoder.module(&module)?.adapter(ADAPTER_NAME, ADAPTER)?.validate(true).encode()?)
}
