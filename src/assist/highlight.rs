//! Highlighting: the roles of the parts of a line that is being typed.
//!
//! Not there yet. It will be a pure function from a line to places and [`Role`](crate::report::Role)s, over
//! [`tokens`](crate::syntax::tokens).
