//! `.tree`: what is nested in a file, and how it is put together.

use std::path::Path;

use super::tree_lines::{branch, data};
use super::{Arg, ArgKind, Args, Count, Group, Spec, Word, usage, write_file};
use crate::error::{Error, Kind, Result};
use crate::model::nesting::graph::Graph;
use crate::render::drawing::{self, Format};
use crate::report::{Outcome, Report};
use crate::session::Session;
use crate::wording::counted;

/// `.tree [NAME] [-o FILE]`
pub static SPEC: Spec = Spec {
    name: "tree",
    args: &[
        Arg { name: "NAME", kind: ArgKind::Component, count: Count::Optional },
        Arg { name: "-o", kind: ArgKind::OneOf(&["-o"]), count: Count::Optional },
        Arg { name: "FILE", kind: ArgKind::File, count: Count::Optional },
    ],
    summary: "Show or draw what is nested in a file and how it is put together",
    details: "The modules and components in the file with their bytes and share of the whole, which modules a tool added and what \
              for (the shim and fixup between a module and its imports, an adapter for WASI preview 1), their code, data and custom \
              sections, the instances that are made of them, and what each of these takes from where. `-o FILE` draws the \
              composition instead: what is imported on the left, what is exported on the right, between them the components that \
              have code, and on the arrows the interfaces. The file's extension says how: `.svg` is a picture, `.dot` is for \
              Graphviz, `.mmd` for Mermaid. Nothing is compiled.",
    examples: &[(".tree", "the current component"), (".tree pipeline -o pipeline.svg", "a picture of another one")],
    group: Group::Look,
    run,
};

fn run(session: &mut Session, args: &Args) -> Result<Outcome> {
    let words = words(args)?;
    let loaded = session.component_or_current(words.name)?;
    let part = loaded.component.nesting();
    match words.picture {
        Some((file, format)) => draw(&part.graph(&loaded.name), file, format, &loaded.name),
        None => Ok(Report::Tree { root: branch(&part, &loaded.name), json: data(&part, &loaded.name) }.into()),
    }
}

/// What was typed.
struct Words<'a> {
    /// The component's name.
    name: Option<&'a Word>,
    /// The file to be drawn into, and the format that its extension says.
    picture: Option<(&'a Word, Format)>,
}

fn words(args: &Args) -> Result<Words<'_>> {
    let wrong = |word: &Word, message: &str| {
        Error::new(Kind::Parse, message).at(word.span).help(format!("usage: {}", usage(&SPEC)))
    };
    let (name, rest) = match &args.words[..] {
        [name, rest @ ..] if name.text != "-o" => (Some(name), rest),
        rest => (None, rest),
    };
    match rest {
        [] => Ok(Words { name, picture: None }),
        [flag] if flag.text == "-o" => Err(wrong(flag, "a FILE is missing behind `-o`")),
        [flag, file] if flag.text == "-o" => {
            let extension = Path::new(&file.text).extension().map(|extension| extension.to_string_lossy());
            let format = extension.and_then(|extension| Format::of_extension(&extension)).ok_or_else(|| {
                Error::new(Kind::Parse, "the file's extension does not say what to draw")
                    .at(file.span)
                    .help("write `.svg` for a picture, `.dot` for Graphviz or `.mmd` for Mermaid")
            })?;
            Ok(Words { name, picture: Some((file, format)) })
        }
        [word, ..] => Err(wrong(word, "expected `-o FILE`")),
    }
}

fn draw(graph: &Graph, file: &Word, format: Format, name: &str) -> Result<Outcome> {
    let drawn = drawing::draw(graph, format, name).map_err(|why| {
        Error::new(Kind::Limit, format!("the composition of {name} cannot be drawn: {why}"))
            .at(file.span)
            .help("`-o FILE.dot` writes it for Graphviz, which has no such limit")
    })?;
    write_file(file, drawn.as_bytes())?;
    let (nodes, arrows) = (counted(graph.nodes.len(), "node"), counted(graph.edges.len(), "arrow"));
    let outcome = Outcome::default().notice(format!("wrote {}: {nodes}, {arrows}", file.text));
    Ok(match graph.is_cut {
        true => outcome.notice("the composition is bigger than what is followed; the picture is not all of it"),
        false => outcome,
    })
}
