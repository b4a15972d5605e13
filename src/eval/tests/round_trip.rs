//! What the shell prints it reads back as the same value, and what wasm-wave reads it reads too.

use proptest::prelude::*;
use proptest::sample::Index;

use crate::error::Result;
use crate::eval::check::{Checker, Scope};
use crate::eval::run::Run;
use crate::eval::tests::world::Fake;
use crate::model::Type;
use crate::session::{Components, Variables};
use crate::syntax;
use crate::value::Value;
use crate::value::strategies::{Lists, to_wave_type, to_wave_value, typed};
use crate::value::wave::wave;

/// The value that a literal has in a place of this type.
fn read(text: &str, ty: &Type) -> Result<Value> {
    let (components, variables) = (Components::default(), Variables::default());
    let usable = |_| Ok(());
    let scope = Scope { components: &components, variables: &variables, usable: &usable };
    let plan = Checker::new(scope).value(&syntax::parse_expression(text, 0)?, ty)?;
    let mut fake = Fake::default();
    let value = Run::new(&mut fake, &variables, None).run(plan)?;
    assert!(fake.calls.is_empty(), "a literal calls nothing");
    Ok(value.expect("a literal has a value"))
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(typed in typed(Lists::FixedAndMaps)) {
        let text = wave(&typed.ty, &typed.value);
        prop_assert_eq!(read(&text, &typed.ty).unwrap(), typed.value, "{}", text);
    }

    #[test]
    fn what_wasm_wave_reads_is_read_the_same(
        typed in typed(Lists::Plain),
        changes in proptest::collection::vec((any::<Index>(), 0..CHANGES.len()), 0..3),
    ) {
        let mut text = wave(&typed.ty, &typed.value);
        for (place, change) in changes {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let at = places[place.index(places.len())];
            match CHANGES[change] {
                "" if at < text.len() => { text.remove(at); }
                inserted => text.insert_str(at, inserted),
            }
        }
        let theirs: std::result::Result<wasm_wave::value::Value, _> = wasm_wave::from_str(&to_wave_type(&typed.ty), &text);
        if let Ok(theirs) = theirs {
            let ours = match read(&text, &typed.ty) {
                Ok(ours) => ours,
                Err(error) if STRICTER.iter().any(|message| error.message.contains(message)) => return Ok(()),
                Err(error) => return Err(TestCaseError::fail(format!("{text}: {error}"))),
            };
            prop_assert_eq!(wasm_wave::to_string(&to_wave_value(&typed.ty, &ours)).unwrap(), wasm_wave::to_string(&theirs).unwrap(), "{}", text);
        }
    }
}

/// What is put into a text; nothing stands for taking a character out.
const CHANGES: [&str; 14] = ["", " ", ",", "//\n", "%", "-", "0", "1", "e1", ".5", "some(", ")", "\\u{41}", "\n"];

/// Where the shell is stricter than wasm-wave: it wants the commas that WAVE prescribes, between fields and flags too, and no
/// field that the record does not have.
const STRICTER: [&str; 2] = ["expected `,` or `}`", " has no field `"];
