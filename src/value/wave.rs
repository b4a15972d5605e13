//! Values as WAVE text, exactly as wasm-wave prints them; handles and maps, which WAVE lacks, as the shell's language says.
