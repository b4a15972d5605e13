//! A bounded queue between one writable and one readable end: what the shell holds of a stream or future.
//!
//! Either end may be the shell itself (`.write`, `.read`), a guest in a store, or nobody yet. Who reads says how much may wait in
//! the queue; who writes stops when that much does. The shell's own writes alone may go beyond it, up to a bound of their own.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use super::super::lock;
use crate::value::Value;

/// Items that wait at most where a guest reads and somebody else than the shell writes: bytes, and other items.
pub const PASSING_BYTES: usize = 64 << 10;
/// See [`PASSING_BYTES`].
pub const PASSING_ITEMS: usize = 256;

/// A queue with two ends.
pub struct Channel {
    state: Mutex<State>,
}

/// What became of one end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It is in use.
    Open,
    /// It was given up, for this reason.
    Closed(String),
}

struct State {
    queue: Queue,
    /// How many items may wait for the reader.
    wanted: usize,
    /// How many items came through so far.
    written: u64,
    writer: End,
    reader: End,
    /// A guest has begun to read, and there is nothing for it.
    starving: bool,
    reader_waker: Option<Waker>,
    writer_waker: Option<Waker>,
}

/// Items that wait.
#[derive(Debug)]
pub enum Queue {
    /// Of a `stream<u8>`.
    Bytes(VecDeque<u8>),
    /// Of anything else.
    Values(VecDeque<Value>),
}

impl Queue {
    fn len(&self) -> usize {
        match self {
            Queue::Bytes(bytes) => bytes.len(),
            Queue::Values(values) => values.len(),
        }
    }

    fn take(&mut self, most: usize) -> Value {
        let count = most.min(self.len());
        match self {
            Queue::Bytes(bytes) => Value::Bytes(bytes.drain(..count).collect()),
            Queue::Values(values) => Value::List(values.drain(..count).collect()),
        }
    }
}

/// What can be seen of a channel.
#[derive(Clone, Debug)]
pub struct Look {
    /// Items that wait for the reader.
    pub waiting: usize,
    /// Items that came through so far, those that wait included.
    pub written: u64,
    /// The writable end.
    pub writer: End,
    /// The readable end.
    pub reader: End,
    /// A guest waits for an item.
    pub starving: bool,
}

impl Look {
    /// Whether anything can still come through.
    pub fn is_open(&self) -> bool {
        self.reader == End::Open && (self.writer == End::Open || self.waiting > 0)
    }
}

impl Channel {
    /// An empty one, of bytes or of other items.
    pub fn new(bytes: bool) -> Channel {
        let queue = if bytes { Queue::Bytes(VecDeque::new()) } else { Queue::Values(VecDeque::new()) };
        let state = State {
            queue,
            wanted: 0,
            written: 0,
            writer: End::Open,
            reader: End::Open,
            starving: false,
            reader_waker: None,
            writer_waker: None,
        };
        Channel { state: Mutex::new(state) }
    }

    /// What can be seen of it now.
    pub fn look(&self) -> Look {
        let state = lock(&self.state);
        Look {
            waiting: state.queue.len(),
            written: state.written,
            writer: state.writer.clone(),
            reader: state.reader.clone(),
            starving: state.starving,
        }
    }

    /// The reader wants so many items to wait for it.
    pub fn want(&self, items: usize) {
        let mut state = lock(&self.state);
        state.wanted = items;
        state.wake_writer();
    }

    /// Adds bytes.
    pub fn push_bytes(&self, more: &[u8]) {
        let mut state = lock(&self.state);
        if let Queue::Bytes(bytes) = &mut state.queue {
            bytes.extend(more);
        }
        state.written += more.len() as u64;
        state.wake_reader();
    }

    /// Adds items that are no bytes.
    pub fn push_values(&self, more: Vec<Value>) {
        let mut state = lock(&self.state);
        state.written += more.len() as u64;
        if let Queue::Values(values) = &mut state.queue {
            values.extend(more);
        }
        state.wake_reader();
    }

    /// Takes up to so many items, as the list of them.
    pub fn take(&self, most: usize) -> Value {
        let mut state = lock(&self.state);
        let taken = state.queue.take(most);
        state.wake_writer();
        taken
    }

    /// Takes bytes into a buffer; how many.
    pub fn take_bytes(&self, into: &mut [u8]) -> usize {
        let mut state = lock(&self.state);
        let Queue::Bytes(bytes) = &mut state.queue else { return 0 };
        let count = into.len().min(bytes.len());
        for (slot, byte) in into.iter_mut().zip(bytes.drain(..count)) {
            *slot = byte;
        }
        state.wake_writer();
        count
    }

    /// The writable end is given up; what waits can still be read. The first reason stays.
    pub fn close_writer(&self, why: &str) {
        let mut state = lock(&self.state);
        if state.writer == End::Open {
            state.writer = End::Closed(why.to_owned());
        }
        state.wake_reader();
    }

    /// The readable end is given up. The first reason stays.
    pub fn close_reader(&self, why: &str) {
        let mut state = lock(&self.state);
        if state.reader == End::Open {
            state.reader = End::Closed(why.to_owned());
        }
        state.wake_writer();
    }

    /// For who writes: how many more items the reader wants; `None` once there is no reader.
    pub fn poll_room(&self, context: &mut Context<'_>) -> Poll<Option<usize>> {
        let mut state = lock(&self.state);
        if state.reader != End::Open {
            return Poll::Ready(None);
        }
        match state.wanted.saturating_sub(state.queue.len()) {
            0 => {
                state.writer_waker = Some(context.waker().clone());
                Poll::Pending
            }
            room => Poll::Ready(Some(room)),
        }
    }

    /// For who waits while it writes: ready once there is no reader.
    pub fn poll_no_reader(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = lock(&self.state);
        if state.reader != End::Open {
            return Poll::Ready(());
        }
        state.writer_waker = Some(context.waker().clone());
        Poll::Pending
    }

    /// For who reads: whether there are items (`true`), or none any more.
    pub fn poll_items(&self, context: &mut Context<'_>) -> Poll<bool> {
        let mut state = lock(&self.state);
        let (some, ended) = (state.queue.len() > 0, state.writer != End::Open);
        let starves = !some && !ended;
        state.starving = starves;
        if starves {
            state.reader_waker = Some(context.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(some)
    }
}

impl State {
    fn wake_reader(&mut self) {
        self.starving = false;
        self.reader_waker.take().into_iter().for_each(Waker::wake);
    }

    fn wake_writer(&mut self) {
        self.writer_waker.take().into_iter().for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(channel: &Channel) -> Poll<Option<usize>> {
        channel.poll_room(&mut Context::from_waker(Waker::noop()))
    }

    fn items(channel: &Channel) -> Poll<bool> {
        channel.poll_items(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn the_reader_says_how_much_may_wait() {
        let channel = Channel::new(true);
        assert_eq!(room(&channel), Poll::Pending);
        channel.want(3);
        assert_eq!(room(&channel), Poll::Ready(Some(3)));
        channel.push_bytes(b"ab");
        assert_eq!(room(&channel), Poll::Ready(Some(1)));
        channel.push_bytes(b"cd");
        assert_eq!(room(&channel), Poll::Pending);
        assert_eq!(channel.take(3), Value::Bytes(b"abc".to_vec()));
        assert_eq!(room(&channel), Poll::Ready(Some(2)));
        assert_eq!(channel.look().written, 4);
    }

    #[test]
    fn what_waits_outlives_the_writer_and_nothing_outlives_the_reader() {
        let channel = Channel::new(false);
        assert_eq!(items(&channel), Poll::Pending);
        assert!(channel.look().starving);
        channel.push_values(vec![Value::U32(1), Value::U32(2)]);
        assert!(!channel.look().starving);
        channel.close_writer("it was closed");
        channel.close_writer("a second reason");
        assert_eq!(items(&channel), Poll::Ready(true));
        assert_eq!(channel.take(9), Value::List(vec![Value::U32(1), Value::U32(2)]));
        assert_eq!(items(&channel), Poll::Ready(false));
        assert_eq!(channel.look().writer, End::Closed("it was closed".into()));
        channel.want(5);
        channel.close_reader("nobody reads");
        assert_eq!(room(&channel), Poll::Ready(None));
    }
}
