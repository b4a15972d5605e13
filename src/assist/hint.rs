//! Hints: what follows the cursor, in dim, before it is typed: the rest of the signature with the present parameter marked.
//!
//! Not there yet. It will be a pure function over the session, a line and a position, as [`complete`](super::complete) is.
