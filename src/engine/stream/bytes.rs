//! Ends of a `stream<u8>` that the runtime reads and writes directly: bytes are never made values one by one.

use std::fs::File;
use std::io::Read;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use wasmtime::component::{Destination, Source, StreamConsumer, StreamProducer, StreamResult, VecBuffer};
use wasmtime::{Result, StoreContextMut};

use super::channel::{Channel, End, PASSING_BYTES};
use crate::engine::store_state::StoreState;

/// Bytes that a file is read in.
const CHUNK: usize = 64 << 10;

/// The writable end of what a guest reads: the bytes of a channel.
pub struct FromChannel(Arc<Channel>);

impl FromChannel {
    /// From now on a guest is the reader.
    pub fn new(channel: Arc<Channel>) -> FromChannel {
        channel.want(PASSING_BYTES);
        FromChannel(channel)
    }
}

impl StreamProducer<StoreState> for FromChannel {
    type Item = u8;
    type Buffer = VecBuffer<u8>;

    fn poll_produce<'a>(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        store: StoreContextMut<'a, StoreState>,
        destination: Destination<'a, u8, VecBuffer<u8>>,
        finish: bool,
    ) -> Poll<Result<StreamResult>> {
        match self.0.poll_items(context) {
            Poll::Ready(true) => {
                let mut direct = destination.as_direct(store, PASSING_BYTES);
                let count = self.0.take_bytes(direct.remaining());
                direct.mark_written(count);
                Poll::Ready(Ok(StreamResult::Completed))
            }
            Poll::Ready(false) => Poll::Ready(Ok(StreamResult::Dropped)),
            Poll::Pending if finish => Poll::Ready(Ok(StreamResult::Cancelled)),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Drop for FromChannel {
    fn drop(&mut self) {
        // Where the writer closed it, the reader has but seen the end.
        let why = match self.0.look().writer {
            End::Closed(why) => why,
            End::Open => "the guest dropped the readable end".to_owned(),
        };
        self.0.close_reader(&why);
    }
}

/// The writable end of what a guest reads: a file, bit by bit, as the guest asks for more.
pub struct FromFile(pub File);

impl StreamProducer<StoreState> for FromFile {
    type Item = u8;
    type Buffer = VecBuffer<u8>;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
        store: StoreContextMut<'a, StoreState>,
        destination: Destination<'a, u8, VecBuffer<u8>>,
        _finish: bool,
    ) -> Poll<Result<StreamResult>> {
        let mut direct = destination.as_direct(store, CHUNK);
        let room = direct.remaining();
        if room.is_empty() {
            return Poll::Ready(Ok(StreamResult::Completed));
        }
        // A regular file: reading it does not wait for anybody.
        let count = self.0.read(room)?;
        direct.mark_written(count);
        Poll::Ready(Ok(if count == 0 { StreamResult::Dropped } else { StreamResult::Completed }))
    }
}

/// The readable end of what a guest writes: bytes go into a channel, as many as its reader wants.
pub struct IntoChannel(pub Arc<Channel>);

impl StreamConsumer<StoreState> for IntoChannel {
    type Item = u8;

    fn poll_consume(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        store: StoreContextMut<'_, StoreState>,
        source: Source<'_, u8>,
        finish: bool,
    ) -> Poll<Result<StreamResult>> {
        match self.0.poll_room(context) {
            Poll::Ready(Some(room)) => {
                let mut direct = source.as_direct(store);
                let bytes = direct.remaining();
                let count = room.min(bytes.len());
                self.0.push_bytes(&bytes[..count]);
                direct.mark_read(count);
                Poll::Ready(Ok(StreamResult::Completed))
            }
            Poll::Ready(None) => Poll::Ready(Ok(StreamResult::Dropped)),
            Poll::Pending if finish => Poll::Ready(Ok(StreamResult::Cancelled)),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Drop for IntoChannel {
    fn drop(&mut self) {
        self.0.close_writer("the guest dropped the writable end");
    }
}
