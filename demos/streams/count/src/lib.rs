//! From a stream to what is in it.

wit_bindgen::generate!({ world: "count-world", path: "../wit" });

use exports::wasi_mindmap::streams::measure::{Counts, Guest, Problem, Word};
use wit_bindgen::{FutureReader, StreamReader, StreamResult, spawn_local};

/// How many bytes are read at once.
const PIECE: usize = 64 * 1024;

struct Count;

impl Guest for Count {
    async fn count(mut input: StreamReader<u8>) -> Counts {
        let mut counts = Counts { bytes: 0, lines: 0 };
        let mut piece = Vec::with_capacity(PIECE);
        loop {
            let (status, read) = input.read(piece).await;
            counts.bytes += read.len() as u64;
            counts.lines += read.iter().filter(|&&byte| byte == b'\n').count() as u64;
            if status == StreamResult::Dropped {
                return counts;
            }
            piece = read;
            piece.clear();
        }
    }

    async fn count_strict(input: StreamReader<u8>, end: FutureReader<Result<(), Problem>>) -> Result<Counts, Problem> {
        let counts = Self::count(input).await;
        end.await.map(|()| counts)
    }

    async fn words(mut input: StreamReader<u8>) -> StreamReader<Word> {
        let (mut writer, reader) = wit_stream::new();
        spawn_local(async move {
            let (mut line, mut text) = (1, Vec::new());
            while let Some(byte) = input.next().await {
                if !byte.is_ascii_whitespace() {
                    text.push(byte);
                    continue;
                }
                if let Some(word) = word(line, &mut text)
                    && writer.write_one(word).await.is_some()
                {
                    return;
                }
                line += u64::from(byte == b'\n');
            }
            if let Some(word) = word(line, &mut text) {
                // It is the last one, whether somebody takes it or not.
                let _ = writer.write_one(word).await;
            }
        });
        reader
    }
}

/// The word that was collected, if there is one. What is not UTF-8 in it is replaced.
fn word(line: u64, text: &mut Vec<u8>) -> Option<Word> {
    if text.is_empty() {
        return None;
    }
    let word = Word { line, text: String::from_utf8_lossy(text).into_owned() };
    text.clear();
    Some(word)
}

export!(Count);
