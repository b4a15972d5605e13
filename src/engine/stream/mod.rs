//! Streams and futures that pass through the shell: written or read by hand, filled from a file, handed from store to store.
//!
//! What stays inside one store (a stream that one guest makes and another reads) never comes here: the runtime has it. Everything
//! else goes through a [`Channel`]. A store's end of it is either direct (`bytes.rs`, for `u8`) or a pump, a small component
//! that is a guest among guests (`pump.rs`, `pumps.rs`), with a task of the store that moves the items (`feed.rs`, `drain.rs`).
//! Start reading at `channel.rs` and `ends.rs`.

mod bytes;
pub mod channel;
mod drain;
pub mod ends;
mod feed;
mod layout;
mod pump;
mod pump_module;
mod pumps;

pub use channel::{Channel, End};
pub use pumps::Pumps;

/// Bytes or items at most that the shell's own writes may leave waiting.
pub const MOST_WAITING: usize = 16 << 20;
