//! A body that counts what is read of it, and says when it is gone.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::oneshot;
use wasmtime_wasi_http::{Error, WasiBody};

/// A body under watch.
pub struct Watched {
    body: WasiBody,
    /// How many bytes were read.
    read: Arc<AtomicU64>,
    /// How many there are, if that is known.
    length: Option<u64>,
    is_whole: bool,
    /// Gets a word when all was read; it is dropped without one when the body is given up.
    whole: Option<oneshot::Sender<()>>,
}

impl Watched {
    /// Watches a body, of this length if that is known.
    pub fn new(body: WasiBody, length: Option<u64>, read: Arc<AtomicU64>, whole: oneshot::Sender<()>) -> Watched {
        Watched { is_whole: length == Some(0), body, read, length, whole: Some(whole) }
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        match &frame {
            Poll::Ready(None) => self.is_whole = true,
            Poll::Ready(Some(Ok(frame))) => {
                let more = frame.data_ref().map_or(0, |data| data.len() as u64);
                let read = self.read.fetch_add(more, Ordering::Relaxed) + more;
                // Whoever knows the length may not ask for what follows.
                self.is_whole |= self.length == Some(read);
            }
            _ => {}
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let Some(whole) = self.whole.take().filter(|_| self.is_whole || self.body.is_end_stream()) {
            let _ = whole.send(());
        }
    }
}
