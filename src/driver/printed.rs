//! What one input prints, by stream.

use crate::error::Result;
use crate::render::{Clean, Look, error, text};
use crate::report::Outcome;

/// What one input prints, apart from what guests wrote.
#[derive(Clone, Debug, Default)]
pub struct Printed {
    /// For standard output: the result.
    pub stdout: Clean,
    /// For standard error: notices and the error.
    pub stderr: Clean,
}

/// What the result of an input prints; without notices if `quiet`.
pub fn printed(input: &str, result: &Result<Outcome>, look: &Look, quiet: bool) -> Printed {
    let mut printed = Printed::default();
    if let Ok(outcome) = result {
        let screen = look.screen.map(|screen| if outcome.whole { screen.endless() } else { screen });
        let look = &Look { screen, ..*look };
        printed.stdout = text::report(&outcome.report, look);
        if !quiet {
            printed.stderr = text::lines(&outcome.notices, look);
        }
    }
    if let Some(failure) = Outcome::failure_of(result) {
        printed.stderr.push(&error::error(failure, input, look));
    }
    printed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Type;
    use crate::render::Screen;
    use crate::report::Report;
    use crate::value::{Typed, Value};

    #[test]
    fn what_asks_to_be_whole_is_not_cut_to_the_screen() {
        let text = "x".repeat(10_000);
        let report = Report::Value(Typed { ty: Type::String, value: Value::String(text.clone()) });
        let look = Look { colors: false, screen: Some(Screen { width: 40, height: 10 }) };
        let shown =
            |whole| printed("", &Ok(Outcome { report: report.clone(), whole, ..Outcome::default() }), &look, false);
        assert_eq!(shown(true).stdout.as_str(), format!("\"{text}\"\n"));
        let cut = shown(false).stdout;
        assert!(
            cut.as_str().len() < 1000 && cut.as_str().ends_with("\n… cut to the screen; .last shows all\n"),
            "{cut}"
        );
    }

    #[test]
    fn notices_go_to_standard_error_unless_quiet() {
        let outcome = Ok(Outcome::default().notice("a \u{1b} notice"));
        assert_eq!(printed("", &outcome, &Look::PLAIN, false).stderr.as_str(), "a \\u{1b} notice\n");
        assert_eq!(printed("", &outcome, &Look::PLAIN, true).stderr.as_str(), "");
    }
}
