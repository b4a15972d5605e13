//! Hostile input: names, files, scripts and guests that are made to harm the shell or the person before it.
//!
//! What holds for every one of them stands in `shell.rs`: it ends in time and within its memory, with an exit code of the
//! contract, without a panic, and nothing that a terminal acts on is written. `cases/` holds the components that are small
//! enough to be read; what is big is made by the tests.

mod binary;
mod cases;
mod files;
mod guests;
mod lines;
mod looks;
mod mutations;
mod shape;
mod shell;
mod streams;
