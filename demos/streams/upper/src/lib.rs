//! From a stream to a stream. Each function returns at once, and a task goes on for as long as there is something to do.

wit_bindgen::generate!({ world: "upper-world", path: "../wit" });

use exports::wasi_mindmap::streams::transform::{Guest, Problem};
use wit_bindgen::{FutureReader, StreamReader, StreamResult, StreamWriter, spawn_local};

/// How many bytes are read, and written, at once.
const PIECE: usize = 64 * 1024;

/// 63 letters and the end of the line.
const LINE: &[u8; 64] = b"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk\n";

struct Upper;

impl Guest for Upper {
    async fn upper(input: StreamReader<u8>) -> StreamReader<u8> {
        let (writer, reader) = wit_stream::new();
        spawn_local(async move { copy(input, writer, |_| None).await });
        reader
    }

    async fn upper_strict(input: StreamReader<u8>) -> (StreamReader<u8>, FutureReader<Result<(), Problem>>) {
        let (writer, reader) = wit_stream::new();
        let (end, ended) = wit_future::new(|| Err(Problem::BrokenOff));
        spawn_local(async move {
            let bad = copy(input, writer, |piece| piece.iter().position(|byte| !byte.is_ascii())).await;
            // Whoever does not want to know has dropped the other end.
            let _ = end.write(bad.map_or(Ok(()), |offset| Err(Problem::NotAscii(offset)))).await;
        });
        (reader, ended)
    }

    async fn letters(bytes: u64) -> StreamReader<u8> {
        let (mut writer, reader) = wit_stream::new();
        spawn_local(async move {
            let mut left = bytes;
            while left > 0 {
                let mut piece = LINE.repeat(PIECE / LINE.len());
                piece.truncate(usize::try_from(left).unwrap_or(PIECE));
                left -= piece.len() as u64;
                if !writer.write_all(piece).await.is_empty() {
                    break;
                }
            }
        });
        reader
    }
}

/// Writes capitals until the input ends, nobody reads any more, or `stop` finds a place where it has to end; the offset
/// of that place.
async fn copy(
    mut input: StreamReader<u8>,
    mut output: StreamWriter<u8>,
    stop: impl Fn(&[u8]) -> Option<usize>,
) -> Option<u64> {
    let mut done = 0;
    loop {
        let (status, mut piece) = input.read(Vec::with_capacity(PIECE)).await;
        let stopped = stop(&piece);
        piece.truncate(stopped.unwrap_or(piece.len()));
        piece.make_ascii_uppercase();
        done += piece.len() as u64;
        let refused = output.write_all(piece).await;
        if stopped.is_some() {
            return Some(done);
        }
        if !refused.is_empty() || status == StreamResult::Dropped {
            return None;
        }
    }
}

export!(Upper);
