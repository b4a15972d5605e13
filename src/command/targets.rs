//! `.targets`: whether a component fits a world.

use std::path::Path;

use super::obstacles::{data, lines};
use super::{Arg, ArgKind, Args, Count, Group, Spec};
use crate::error::Result;
use crate::model::replace::replacement;
use crate::model::world::{choose, worlds};
use crate::report::{Outcome, Report, Role, Text};
use crate::session::Session;

/// `.targets FILE [WORLD]`
pub static SPEC: Spec = Spec {
    name: "targets",
    args: &[
        Arg { name: "FILE", kind: ArgKind::File, count: Count::One },
        Arg { name: "WORLD", kind: ArgKind::Text, count: Count::Optional },
    ],
    summary: "Say whether the current component fits a world, and what is missing",
    details: "FILE is WIT: a `.wit` file, a folder of them with the packages that they need in its folder `deps`, or a WIT package \
              stored as wasm. WORLD is the world's name, where there are several. A component fits where it exports all that the \
              world exports and imports nothing else than the world imports, with the same types; what does not is listed, \
              function by function. Versions that can stand in for each other match, as they do in hosts. Nothing is compiled.",
    examples: &[
        (".targets wit", "the world of the package in the folder `wit`"),
        (".targets shop.wit customer", "one of several worlds"),
    ],
    group: Group::Look,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let Some(file) = args.get(0) else { return Ok(Outcome::default()) };
    let loaded = session.components.require_current()?.clone();
    let worlds = worlds(Path::new(&file.text)).map_err(|error| error.at(file.span))?;
    let wanted = args.get(1);
    let world = choose(worlds, wanted.map(|word| word.text.as_str()))
        .map_err(|error| error.at(wanted.map_or(file.span, |word| word.span)))?;
    let found = replacement(&world, &loaded.component.world(&loaded.name));
    let answer = |role, verb: &str| {
        let text = Text::of(Role::Name, &loaded.name).and(role, format!(" {verb} "));
        text.and(Role::Plain, "the world ").and(Role::Name, &world.name)
    };
    let lines = lines(&found, answer(Role::Good, "fits"), answer(Role::Error, "does not fit"), "the world");
    let mut json = data(&found, "the world");
    json["component"] = loaded.name.clone().into();
    json["world"] = world.name.into();
    Ok(Report::Text { lines, json }.into())
}
