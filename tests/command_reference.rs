//! The reference page of the commands is made from their specs, and every command has what a command must have.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use witsh::command::{ALL, Group, Spec, usage};

/// A file of the repository.
fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The page as the specs say it.
fn reference() -> String {
    let mut page = String::from(
        "# Commands\n\n\
         Made from the commands' own descriptions, which are also what `.help` shows. A command may be shortened to any unique \
         prefix. After a change, `WITSH_BLESS=1 cargo test --test command_reference` writes this page anew.\n",
    );
    for group in Group::ALL {
        writeln!(page, "\n## {}", group.heading()).expect("written");
        ALL.iter().filter(|spec| spec.group == group).for_each(|spec| describe(&mut page, spec));
    }
    page
}

fn describe(page: &mut String, spec: &Spec) {
    writeln!(page, "\n### `{}`\n\n{}. {}\n", usage(spec), spec.summary, spec.details).expect("written");
    for (line, what_for) in spec.examples {
        writeln!(page, "    {line:<30} // {what_for}").expect("written");
    }
}

#[test]
fn the_reference_page_is_current() {
    let path = file("docs/commands.md");
    if env::var_os("WITSH_BLESS").is_some() {
        fs::create_dir_all(file("docs")).expect("docs/ made");
        fs::write(&path, reference()).expect("docs/commands.md written");
    }
    let page = fs::read_to_string(&path).expect("docs/commands.md; WITSH_BLESS=1 writes it");
    assert_eq!(page, reference(), "WITSH_BLESS=1 writes it anew");
}

#[test]
fn every_command_says_what_it_does_and_shows_it_twice() {
    for spec in ALL {
        let name = spec.name;
        assert!(!spec.summary.is_empty() && !spec.summary.contains('\n'), "the summary of .{name} is one line");
        assert!(!spec.summary.ends_with('.'), "the summary of .{name} ends without a dot");
        assert!(spec.details.ends_with('.'), "the details of .{name} are sentences");
        assert_eq!(spec.examples.len(), 2, "examples of .{name}");
        let shows_itself = |(line, _): &(&str, &str)| line.starts_with(&format!(".{name}"));
        assert!(spec.examples.iter().any(shows_itself), "an example of .{name} uses it");
    }
}

#[test]
fn every_command_has_a_transcript_that_uses_it() {
    for spec in ALL {
        let path = file(&format!("tests/transcripts/commands/{}.md", spec.name));
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(text.contains("```witsh"), "{} holds a session", path.display());
        assert!(text.contains(&format!("> .{}", spec.name)), "{} types the command", path.display());
    }
}

#[test]
fn names_are_unique_and_none_hides_another() {
    let mut names: Vec<&str> = ALL.iter().map(|spec| spec.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ALL.len());
}
