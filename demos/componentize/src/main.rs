//! Makes a component of a guest: `componentize INPUT OUTPUT.wasm`.
//!
//! A `.wat` file is assembled. Anything else is a core module as rustc and wit-bindgen leave it, with its WIT in a custom
//! section, and is wrapped into a component. The same as `wasm-tools parse` and `wasm-tools component new`.

use std::error::Error;
use std::path::Path;

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
    let mut encoder = wit_component::ComponentEncoder::default();
    Ok(encoder.module(&module)?.validate(true).encode()?)
}
