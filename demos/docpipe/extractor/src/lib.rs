//! The first of the pipeline: the bytes of a plain or a Markdown file become a document.

wit_bindgen::generate!({ world: "extractor-world", path: "../wit" });

use exports::wasi_mindmap::docpipe::extractor::{Doc, DocFormat, Guest, PipeError};

struct Extractor;

impl Guest for Extractor {
    fn extract(raw: Vec<u8>, format: DocFormat) -> Result<Doc, PipeError> {
        let whole = String::from_utf8(raw).map_err(|error| PipeError::Other(error.to_string()))?;
        let Some(first) = whole.lines().next().filter(|_| !whole.trim().is_empty()) else {
            return Err(PipeError::Empty);
        };
        let (title, text) = match format {
            DocFormat::Plain => (first, whole.as_str()),
            DocFormat::Markdown => (first.trim_start_matches('#').trim(), whole[first.len()..].trim_start()),
            DocFormat::Html => return Err(PipeError::Unsupported(format)),
        };
        Ok(Doc { id: hash(text), title: title.to_string(), text: text.to_string(), embeddings: Vec::new() })
    }
}

/// FNV-1a.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

export!(Extractor);
