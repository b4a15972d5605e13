//! The frames of a backtrace as lines: names as their language writes them, source lines where the component carries DWARF.
//!
//! As the runtime prints them, but for the names: those have no hashes here, and a hostile one cannot be long.

use wasmtime::{FrameInfo, FrameSymbol};

use crate::model::callgraph::demangled;

/// The lines of all frames, the innermost first.
pub fn lines(frames: &[FrameInfo]) -> Vec<String> {
    frames.iter().enumerate().flat_map(|(number, frame)| frame_lines(number, frame)).collect()
}

fn frame_lines(number: usize, frame: &FrameInfo) -> Vec<String> {
    let offset = frame.module_offset().map_or_else(String::new, |offset| format!("{offset:#8x} - "));
    let begin = format!("  {number:>3}: {offset}");
    let own = || frame.func_name().map_or_else(|| format!("<wasm function {}>", frame.func_index()), demangled);
    if frame.symbols().is_empty() {
        return vec![format!("{begin}{}!{}", frame.module().name().unwrap_or("<unknown>"), own())];
    }
    // What was inlined stands in one frame with what it was inlined into.
    let lines = frame.symbols().iter().enumerate().flat_map(|(place, symbol)| {
        let begin = if place == 0 { begin.as_str() } else { "                - " };
        let name = match symbol.name() {
            Some(name) => demangled(name),
            None if place == 0 => own(),
            None => "<inlined function>".to_owned(),
        };
        [Some(format!("{begin}{name}")), source(symbol)]
    });
    lines.flatten().collect()
}

/// `at src/lib.rs:3:5`, as far as that is known.
fn source(symbol: &FrameSymbol) -> Option<String> {
    let place = [symbol.line(), symbol.column()].into_iter().map_while(|number| number);
    let place: String = place.map(|number| format!(":{number}")).collect();
    symbol.file().map(|file| format!("                    at {file}{place}"))
}
