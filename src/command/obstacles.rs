//! What stands in the way of a replacement, in words and as data: what `.diff` and `.targets` share.

use serde_json::{Value as Json, json};

use crate::model::replace::{Obstacle, Replacement, Side, Why};
use crate::report::{Role, Text};

/// One line for the answer, and one for each thing that is in the way, with what could only be compared roughly.
pub fn lines(replacement: &Replacement, yes: Text, no: Text, wanted_by: &str) -> Vec<Text> {
    let mut lines = Vec::new();
    if replacement.obstacles.is_empty() {
        lines.push(yes);
    } else {
        lines.push(no.and(Role::Plain, ":"));
        lines.extend(
            replacement.obstacles.iter().map(|obstacle| Text::plain(format!("  {}", sentence(obstacle, wanted_by)))),
        );
    }
    let notes = replacement
        .versions
        .iter()
        .map(|(wanted, found)| format!("{found} stands for {wanted}, since hosts take one for the other"))
        .chain(replacement.unsure.iter().map(|name| {
            format!(
                "of {name}, which WIT cannot express, no more was compared than what it imports and exports by name"
            )
        }));
    lines.extend(notes.map(|note| Text::of(Role::Dim, format!("  {note}"))));
    lines
}

/// What is in the way, of whoever wants to be the replacement; `wanted_by` is what it would replace or fit.
fn sentence(obstacle: &Obstacle, wanted_by: &str) -> String {
    let (name, sort) = (obstacle.path.join("#"), obstacle.sort);
    match (obstacle.side, &obstacle.why) {
        (Side::Export, Why::Missing(None)) => format!("it does not export the {sort} {name}"),
        (Side::Export, Why::Missing(Some(written))) => format!("it does not export {name}: {written}"),
        (Side::Import, Why::Missing(None)) => format!("it imports the {sort} {name}, which {wanted_by} does not"),
        (Side::Import, Why::Missing(Some(written))) => {
            format!("it imports {name}: {written}, which {wanted_by} does not")
        }
        (Side::Export, Why::Sort(found)) => format!("it exports {name} as a {found}, not as a {sort}"),
        (Side::Import, Why::Sort(found)) => format!("it imports {name} as a {sort}, {wanted_by} as a {found}"),
        (_, Why::Differs(..)) if sort == "resource" => {
            format!("{name} is another resource type: one of the two is imported, or defined elsewhere")
        }
        (_, Why::Differs(a, b)) if a == b => format!("{name}: {a} uses types that differ under the same name"),
        (Side::Export, Why::Differs(wanted, found)) => format!("it exports {name} as {found}, not as {wanted}"),
        (Side::Import, Why::Differs(wanted, found)) => format!("it imports {name} as {wanted}, {wanted_by} as {found}"),
    }
}

/// The same as data.
pub fn data(replacement: &Replacement, wanted_by: &str) -> Json {
    let obstacle = |obstacle: &Obstacle| {
        let (name, around) = obstacle.path.split_last().map_or(("", &[][..]), |(name, around)| (&**name, around));
        let (why, wanted, found) = match &obstacle.why {
            Why::Missing(written) => ("missing", json!(written), Json::Null),
            Why::Sort(found) => ("sort", json!(obstacle.sort), json!(found)),
            Why::Differs(wanted, found) => ("type", json!(wanted), json!(found)),
        };
        json!({
            "side": if obstacle.side == Side::Export { "export" } else { "import" },
            "interface": (!around.is_empty()).then(|| around.join("#")),
            "name": name,
            "sort": obstacle.sort,
            "why": why,
            "wanted": wanted,
            "found": found,
            "message": sentence(obstacle, wanted_by),
        })
    };
    let versions = replacement.versions.iter().map(|(wanted, found)| json!({ "wanted": &**wanted, "found": &**found }));
    json!({
        "fits": replacement.obstacles.is_empty(),
        "obstacles": replacement.obstacles.iter().map(obstacle).collect::<Vec<_>>(),
        "versions": versions.collect::<Vec<_>>(),
        "unsure": replacement.unsure.iter().map(|name| &**name).collect::<Vec<_>>(),
    })
}
