//! The provider of `.provide` that is another component, and what `.provide` does to links.

use super::Word;
use super::imported::{Import, fresh_instance, narrower_choices};
use crate::error::{Error, Kind, Result};
use crate::report::Outcome;
use crate::session::Session;
use crate::syntax::Span;

/// `component NAME`; `rest` is what follows the first word of `provider`. Where several imports are selected, those that the
/// component has nothing for are left as they are.
pub fn component(session: &mut Session, imports: &[Import], provider: &Word, rest: &str) -> Result<Outcome> {
    let name = rest.trim();
    if name.is_empty() {
        return Err(Error::new(Kind::Parse, "`component` needs the NAME of a loaded component")
            .at(provider.span)
            .help("`.components` lists them"));
    }
    let start = provider.span.end - rest.trim_start().len();
    let span = Span::new(start, start + name.len());
    let answering = session.components.require(name, span)?.clone();
    let mut outcome = Outcome::default();
    let mut refused = Vec::new();
    let mut is_linked = false;
    for import in imports {
        match session.connect(import.selection.clone(), &answering, None) {
            Err(error) => refused.push(error),
            Ok(connected) => {
                is_linked = true;
                outcome = end_links(session, import, outcome);
                outcome = outcome.notice(format!("{} is answered by component {name}", import.shown));
                refused.extend(connected.refused);
                outcome = connected.replaced.iter().fold(outcome, |outcome, it| outcome.notice(fresh_instance(it)));
                outcome = narrower_choices(session, import, outcome);
            }
        }
    }
    if !is_linked && let Some(first) = refused.into_iter().next() {
        return Err(first.at(span));
    }
    Ok(outcome)
}

/// Ends the links of single components for what is decided for all of them now.
pub fn end_links(session: &mut Session, import: &Import, outcome: Outcome) -> Outcome {
    if import.selection.component.is_some() {
        return outcome;
    }
    let mut outcome = outcome;
    for (link, replaced) in session.end_links(&import.selection) {
        let consumer = link.selection.component.and_then(|id| session.components.numbered(id));
        let provider = session.components.numbered(link.component);
        if let (Some(consumer), Some(provider)) = (consumer, provider) {
            let said = format!("{} is not linked to {} any more for {}", consumer.name, provider.name, import.shown);
            outcome = outcome.notice(said);
        }
        outcome = replaced.iter().fold(outcome, |outcome, it| outcome.notice(fresh_instance(it)));
    }
    outcome
}
