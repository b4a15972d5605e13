//! `$w, $r = stream<T>`: both ends of a new stream or future, in two variables.

use std::sync::Arc;

use super::run::Caller;
use super::statement::check_assignable;
use super::types::resolve_type;
use crate::error::{Error, Kind, Result};
use crate::model::Type;
use crate::report::Outcome;
use crate::session::{Components, Session, Variables};
use crate::syntax::ast::Ends;
use crate::value::{Typed, Value};

/// Makes a stream or future and keeps both of its ends.
pub fn make_ends(session: &mut Session, ends: &Ends) -> Result<Outcome> {
    let Session { components, variables, engine, .. } = session;
    run_ends(components, variables, engine, ends)
}

pub(super) fn run_ends(
    components: &Components,
    variables: &mut Variables,
    caller: &mut dyn Caller,
    ends: &Ends,
) -> Result<Outcome> {
    let Ends { writable, readable, ty: written } = ends;
    check_assignable(writable)?;
    check_assignable(readable)?;
    if writable.text == readable.text {
        return Err(Error::new(Kind::Name, "the two ends need a variable each").at(readable.span));
    }
    let ty = resolve_type(components, written)?;
    if !matches!(ty, Type::Stream(_) | Type::Future(_)) {
        return Err(Error::new(Kind::Type, format!("only streams and futures have two ends, found {ty}"))
            .at(written.span)
            .help("for example `$w, $r = stream<u8>`"));
    }
    let (write, read) = caller.make_ends(&ty).map_err(|error| error.at(written.span))?;
    let writable_type = Type::Writable(Arc::new(ty.clone()));
    variables.assign(&writable.text, Typed { ty: writable_type, value: Value::Handle(write) });
    variables.assign(&readable.text, Typed { ty, value: Value::Handle(read) });
    Ok(Outcome::default())
}
