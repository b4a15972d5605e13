//! What is inside a value: fields, elements, and the payload behind `?`.

use super::check::{Checker, Inferred};
use super::example::example;
use super::misfit::gives_nothing;
use super::names;
use super::number::{is_integer, shown};
use super::plan::{AwaitPlan, ElementPlan, Index, PayloadPlan, Plan};
use super::unknown::with_help;
use crate::error::{Error, Kind, Result};
use crate::model::Type;
use crate::syntax::Span;
use crate::syntax::ast::{Expr, ExprKind, Name};
use crate::wording::{counted, did_you_mean, suggest};

/// How many fields a message lists.
const LISTED: usize = 5;

impl Checker<'_> {
    /// `target.name`
    pub(super) fn field(&mut self, target: &Expr, name: &Name) -> Result<Inferred> {
        let (plan, ty) = self.part_of(target)?;
        let label = &*name.text;
        let error = |message: String| Error::new(Kind::Type, message).at(name.span);
        match &ty {
            Type::Record(record) => match record.fields.iter().position(|field| &*field.name == label) {
                Some(number) => Ok((Plan::Field(Box::new(plan), number), Some(record.fields[number].ty.clone()))),
                None => {
                    let names = || record.fields.iter().map(|field| &*field.name);
                    let listed = || {
                        let fields = if names().count() > LISTED { "its fields begin with" } else { "its fields are" };
                        let first: Vec<&str> = names().take(LISTED).collect();
                        Some(format!("{fields} {}", first.join(", ")))
                    };
                    let near = did_you_mean(&suggest(label, names())).or_else(listed);
                    Err(with_help(error(format!("{ty} has no field `{label}`")), near))
                }
            },
            Type::Own(resource) | Type::Borrow(resource) => {
                names::method(self.scope.components, resource, name)?;
                Err(error(format!("`{label}` is a method of {}", resource.name.name))
                    .help(format!("write `.{label}(…)` to call it")))
            }
            Type::Tuple(_) => Err(error(format!("{ty} has no fields")).help("its elements are `[0]`, `[1]`, …")),
            Type::Option(_) | Type::Result(_) => {
                Err(error(format!("{ty} has no fields")).help(format!("`?` gives what is in it: `…?.{label}`")))
            }
            _ => Err(error(format!("{ty} has no fields"))),
        }
    }

    /// `target[index]`
    pub(super) fn element(&mut self, target: &Expr, index: &Expr) -> Result<Inferred> {
        let (plan, ty) = self.part_of(target)?;
        let (index_plan, element_ty) = match &ty {
            Type::List(item) => (self.place(index, None)?, (**item).clone()),
            Type::FixedList(item, length) => (self.place(index, Some(*length as usize))?, (**item).clone()),
            Type::Tuple(types) => match self.place(index, Some(types.len()))? {
                Index::At(place) => (Index::At(place), types[place as usize].clone()),
                _ => {
                    let message = format!("expected a number: each element of {ty} has its own type");
                    return Err(Error::new(Kind::Type, message).at(index.span));
                }
            },
            Type::Map(key, value) => {
                let outer = std::mem::replace(&mut self.in_argument, false);
                let key = self.value(index, key).map_err(|error| error.label(format!("the key of {ty}")))?;
                self.in_argument = outer;
                (Index::Key(key), (**value).clone())
            }
            Type::Option(_) | Type::Result(_) => {
                return Err(Error::new(Kind::Type, format!("{ty} has no elements"))
                    .at(index.span)
                    .help("`?` gives what is in it: `…?[0]`"));
            }
            _ => return Err(Error::new(Kind::Type, format!("{ty} has no elements")).at(index.span)),
        };
        let element = ElementPlan { target: plan, index: index_plan, span: index.span };
        Ok((Plan::Element(Box::new(element)), Some(element_ty)))
    }

    /// `target?`
    pub(super) fn payload(&mut self, target: &Expr) -> Result<Inferred> {
        let (plan, ty) = self.part_of(target)?;
        let inside = match &ty {
            Type::Task(result) => {
                let result = result.as_ref().map(|result| (**result).clone());
                return Ok((Plan::Await(Box::new(AwaitPlan { target: plan, span: target.span })), result));
            }
            Type::Option(inner) => Some((**inner).clone()),
            Type::Result(result) => result.ok.clone(),
            _ => {
                let message = format!("`?` takes an option, a result or a task, found {ty}");
                let error = Error::new(Kind::Type, message).at(target.span);
                return Err(match (&ty, &target.kind) {
                    (Type::Future(_), ExprKind::Variable(name)) => {
                        error.help(format!("`.read ${name}` takes its value"))
                    }
                    (Type::Future(_), _) => error.help("`.read` takes the value of a future"),
                    _ => error,
                });
            }
        };
        Ok((Plan::Payload(Box::new(PayloadPlan { target: plan, ty, span: target.span })), inside))
    }

    /// The plan and type of what is looked into.
    fn part_of(&mut self, target: &Expr) -> Result<(Plan, Type)> {
        let (plan, ty) = self.infer(target)?;
        Ok((plan, ty.ok_or_else(|| gives_nothing(target))?))
    }

    /// An index into something of this length, where that is known by the type.
    fn place(&mut self, index: &Expr, length: Option<usize>) -> Result<Index> {
        if let ExprKind::Number(text) = &index.kind {
            return constant(text, length, index.span).map(Index::At);
        }
        let (plan, ty) = self.infer(index)?;
        match ty {
            Some(ty) if is_integer(&ty) => Ok(Index::Computed(plan)),
            Some(ty) => Err(Error::new(Kind::Type, format!("expected an index, found {ty}"))
                .at(index.span)
                .help(format!("for example {}", example(&Type::U32)))),
            None => Err(gives_nothing(index)),
        }
    }
}

fn constant(text: &str, length: Option<usize>, span: Span) -> Result<u64> {
    let error = |message: String| Err(Error::new(Kind::Type, message).at(span));
    match (text.parse::<u64>(), length) {
        (Ok(place), Some(length)) if place >= length as u64 => {
            error(format!("index {place} is out of range: it has {}", counted(length, "element")))
        }
        (Ok(place), _) => Ok(place),
        (Err(_), _) if text.starts_with('-') => {
            error(format!("index {} is out of range: indices begin at 0", shown(text)))
        }
        (Err(_), _) => error(format!("expected an index, found {}", shown(text))),
    }
}
