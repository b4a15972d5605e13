//! The second of the pipeline: it counts words, each in the place that its letters' sum gives, and scales to length 1.

wit_bindgen::generate!({ world: "embedder-world", path: "../wit" });

use exports::wasi_mindmap::docpipe::embedder::{Doc, Guest, PipeError};

const DIMENSIONS: usize = 8;

struct Embedder;

impl Guest for Embedder {
    fn dimensions() -> u32 {
        DIMENSIONS as u32
    }

    fn embed(mut doc: Doc) -> Result<Doc, PipeError> {
        let mut counts = [0.0_f32; DIMENSIONS];
        for word in doc.text.split_whitespace() {
            counts[word.bytes().map(usize::from).sum::<usize>() % DIMENSIONS] += 1.0;
        }
        let length = counts.iter().map(|count| count * count).sum::<f32>().sqrt();
        if length == 0.0 {
            return Err(PipeError::Empty);
        }
        doc.embeddings = counts.iter().map(|count| count / length).collect();
        Ok(doc)
    }
}

export!(Embedder);
