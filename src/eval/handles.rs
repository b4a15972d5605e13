//! Which handles a call takes from variables, and whether it may: found out before anything runs.
//!
//! The engine checks again when the call is made; what is found here costs no call that comes before it.

use super::check::Checker;
use super::plan::{Index, Plan};
use crate::error::{Error, Kind, Result};
use crate::model::Type;
use crate::syntax::Span;
use crate::value::Value;

/// A handle that an argument holds.
pub struct HandleUse {
    number: u32,
    /// It is moved, not lent.
    owned: bool,
    span: Span,
}

/// A handle that a call will have taken.
pub struct Moved {
    number: u32,
    by: String,
}

impl<'a> Checker<'a> {
    /// Takes note of the handles in a value that comes from a variable; an error if one cannot be used.
    pub(super) fn take_handles(&mut self, value: &Value, ty: &Type, span: Span) -> Result<()> {
        if !may_hold_handles(ty) {
            return Ok(());
        }
        // A handle that is looked at as it is must be usable; one inside a value that is only looked at need not.
        if !self.in_argument && !ty.is_handle() {
            return Ok(());
        }
        let mut found = Vec::new();
        each_handle(value, ty, &mut |number, owned| found.push(HandleUse { number, owned, span }));
        for used in &found {
            (self.scope.usable)(used.number).map_err(|error| error.at(span))?;
        }
        if self.in_argument {
            self.uses.append(&mut found);
        }
        Ok(())
    }

    /// A call's own arguments are all checked: none of its handles may have been moved before it, or twice by it.
    pub(super) fn settle_handles(&mut self, call: &str) -> Result<()> {
        let uses = std::mem::take(&mut self.uses);
        for (place, used) in uses.iter().enumerate() {
            if let Some(moved) = self.moved.iter().find(|moved| moved.number == used.number) {
                let message = format!("handle #{} is moved by `{}` before `{call}` uses it", used.number, moved.by);
                return Err(Error::new(Kind::Handle, message).at(used.span));
            }
            let Some(earlier) = uses[..place].iter().find(|earlier| earlier.number == used.number) else { continue };
            let message = match (earlier.owned, used.owned) {
                (false, false) => continue,
                (true, true) => format!("handle #{} cannot be moved twice by one call", used.number),
                _ => format!("handle #{} cannot be moved and lent by one call", used.number),
            };
            return Err(Error::new(Kind::Handle, message).at(used.span));
        }
        let moved = uses.iter().filter(|used| used.owned);
        self.moved.extend(moved.map(|used| Moved { number: used.number, by: call.to_owned() }));
        Ok(())
    }

    /// The value that a plan gives, if it only looks into a variable.
    pub(super) fn known(&self, plan: &Plan) -> Option<&'a Value> {
        match plan {
            Plan::Variable(name) => self.scope.variables.get(name).map(|typed| &typed.value),
            Plan::Field(target, number) => match self.known(target)? {
                Value::Record(fields) => fields.get(*number),
                _ => None,
            },
            Plan::Element(element) => match (self.known(&element.target)?, &element.index) {
                (Value::List(items) | Value::Tuple(items), Index::At(place)) => {
                    items.get(usize::try_from(*place).ok()?)
                }
                (Value::Map(entries), Index::Key(Plan::Value(key))) => {
                    entries.iter().find(|(k, _)| k == key).map(|(_, value)| value)
                }
                _ => None,
            },
            Plan::Payload(payload) => match self.known(&payload.target)? {
                Value::Option(Some(inside)) | Value::Result(Ok(Some(inside))) => Some(inside),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Whether values of a type can be, or hold, handles. Quick, and yes where it would take long to tell.
pub(super) fn may_hold_handles(ty: &Type) -> bool {
    use Type::*;
    match ty {
        Own(_) | Borrow(_) | Stream(_) | Future(_) | ErrorContext | Writable(_) | Task(_) => true,
        List(item) | Option(item) | FixedList(item, _) => may_hold_handles(item),
        Tuple(_) | Record(_) | Variant(_) | Result(_) | Map(..) => true,
        _ => false,
    }
}

/// Visits the handles in a value: its number, and whether a place of this type moves it.
fn each_handle(value: &Value, ty: &Type, visit: &mut dyn FnMut(u32, bool)) {
    match (value, ty) {
        (Value::Handle(number), ty) if ty.is_handle() => visit(*number, !matches!(ty, Type::Borrow(_))),
        (Value::List(items), Type::List(item) | Type::FixedList(item, _)) if may_hold_handles(item) => {
            items.iter().for_each(|value| each_handle(value, item, visit));
        }
        (Value::Tuple(items), Type::Tuple(types)) => {
            items.iter().zip(types.iter()).for_each(|(value, ty)| each_handle(value, ty, visit));
        }
        (Value::Record(fields), Type::Record(record)) => {
            fields.iter().zip(&record.fields).for_each(|(value, field)| each_handle(value, &field.ty, visit));
        }
        (Value::Map(entries), Type::Map(_, ty)) if may_hold_handles(ty) => {
            entries.iter().for_each(|(_, value)| each_handle(value, ty, visit));
        }
        (Value::Variant(case, Some(payload)), Type::Variant(variant)) => {
            if let Some(ty) = variant.cases.get(*case as usize).and_then(|case| case.ty.as_ref()) {
                each_handle(payload, ty, visit);
            }
        }
        (Value::Option(Some(payload)), Type::Option(ty)) => each_handle(payload, ty, visit),
        (Value::Result(Ok(Some(payload))), Type::Result(result)) => {
            result.ok.iter().for_each(|ty| each_handle(payload, ty, visit));
        }
        (Value::Result(Err(Some(payload))), Type::Result(result)) => {
            result.err.iter().for_each(|ty| each_handle(payload, ty, visit));
        }
        (Value::Option(_) | Value::Result(_), _) => {}
        // The short form: the place expects the option, result or future of what the value is.
        (value, Type::Option(ty) | Type::Future(Some(ty))) => each_handle(value, ty, visit),
        (value, Type::Result(result)) => result.ok.iter().for_each(|ty| each_handle(value, ty, visit)),
        _ => {}
    }
}
