//! HTTP with a real server or client on the loopback address: what transcripts cannot show.

mod outgoing;
mod requests;
mod server;
mod serving;
mod shell;
