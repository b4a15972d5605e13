//! The one that is called: it imports the other two, and its answer is what they answered.

wit_bindgen::generate!({ world: "orchestrator-world", path: "../wit" });

use wasi_mindmap::docpipe::{embedder, extractor};

struct Orchestrator;

impl Guest for Orchestrator {
    fn process(inputs: Vec<(String, DocFormat)>) -> Vec<Result<Doc, PipeError>> {
        inputs
            .into_iter()
            .map(|(text, format)| embedder::embed(&extractor::extract(text.as_bytes(), format)?))
            .collect()
    }

    fn similarity(a: Doc, b: Doc) -> f32 {
        a.embeddings.iter().zip(&b.embeddings).map(|(x, y)| x * y).sum()
    }
}

export!(Orchestrator);
